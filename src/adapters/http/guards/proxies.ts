import { BlockList, isIP } from 'node:net'
import { addressOf } from '#domain/network.js'

/** Whether an address is one of the proxies, given as addresses and networks. The header of some proxies holds ports too. */
export function trustIn (proxies: readonly string[]): (address: string) => boolean {
  const known = new BlockList()
  for (const [address = '', prefix] of proxies.map((proxy) => proxy.split('/'))) {
    if (prefix === undefined) known.addAddress(address, familyOf(address))
    else known.addSubnet(address, Number(prefix), familyOf(address))
  }
  return (text) => {
    const address = addressOf(text)
    return isIP(address) !== 0 && known.check(address, familyOf(address))
  }
}

function familyOf (address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
