/** Where requests are counted; the technology stands behind it. */
export interface RequestMetrics {
  readonly observeRequest: (request: { method: string, route: string, status: number, seconds: number }) => void
  readonly render: () => Promise<{ contentType: string, body: string }>
}
