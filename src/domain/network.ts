const IPV4_AT_END = /(?:^|:)(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/

/**
 * An address as a socket or a proxy writes it, in one form: without brackets, port and zone, IPv6 with all its groups, and IPv4 as such
 * where it is written as IPv6. Any other text stays as it is.
 */
export function addressOf (text: string): string {
  const bare = /^\[([^\]]+)\]/.exec(text)?.[1] ?? text
  const dotted = IPV4_AT_END.exec(bare)?.[1]
  if (dotted !== undefined) return dotted
  if (!bare.includes(':')) return text
  const groups = groupsOf(bare.replace(/%.*$/, ''))
  return groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff' ? groups.slice(6).flatMap(bytesOf).join('.') : groups.join(':')
}

/** Whether a host, with or without a port, is this machine itself. */
export function isLoopback (host: string): boolean {
  return /^localhost(?::\d+)?$/i.test(host) || /^(?:127\.[\d.]+|0:0:0:0:0:0:0:1)$/.test(addressOf(host))
}

/**
 * The network of one customer: an IPv4 address, or the first 64 bits of an IPv6 address, whose customers have at least that
 * many addresses.
 */
export function networkOf (ip: string): string {
  return beginning(ip, 4)
}

/** The addresses around one customer, of which one person may have many: the first 24 bits of an IPv4 address, or 48 of an IPv6 address. */
export function neighbourhoodOf (ip: string): string {
  return beginning(ip, 3)
}

/** The first bytes of an IPv4 address, the first groups of an IPv6 address. */
function beginning (ip: string, parts: number): string {
  const address = addressOf(ip)
  const separator = address.includes(':') ? ':' : '.'
  return address.split(separator).slice(0, parts).join(separator)
}

function groupsOf (ip: string): string[] {
  const [head = '', tail] = ip.split('::')
  const groups = partsOf(head)
  const rest = tail === undefined ? [] : partsOf(tail)
  const zeros = Array.from({ length: 8 - groups.length - rest.length }, () => '0')
  return [...groups, ...zeros, ...rest]
}

/** Without leading zeros, in small letters. */
function partsOf (text: string): string[] {
  return text.split(':').filter((group) => group !== '').map((group) => parseInt(group, 16).toString(16))
}

function bytesOf (group: string): number[] {
  const value = parseInt(group, 16)
  return [value >> 8, value & 0xff]
}
