const PATHS = {
  copy: 'M9 9h9.5v9.5H9zM5.5 15V5.5H15',
  close: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  system: 'M4 5.5h16v10.5H4zM9 19.5h6M12 16v3.5',
  light: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  dark: 'M19.5 14A8 8 0 0 1 10 4.5 8 8 0 1 0 19.5 14z',
} as const

/** A sign beside the words that name it. */
export function Icon ({ name }: { readonly name: keyof typeof PATHS }) {
  return <svg class='sign' viewBox='0 0 24 24' aria-hidden='true'><path d={PATHS[name]} /></svg>
}
