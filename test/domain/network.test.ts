import t from 'tap'
import { addressOf, isLoopback, neighbourhoodOf, networkOf } from '#domain/network.js'

t.test('an address has one form, however a socket or a proxy writes it', async (t) => {
  for (const [text, address] of [
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.1:4711', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1:4711', '10.0.0.1'],
    ['[::ffff:10.0.0.1]:4711', '10.0.0.1'],
    ['::FFFF:a00:1', '10.0.0.1'],
    ['0:0:0:0:0:ffff:0a00:0001', '10.0.0.1'],
    ['::fffe:a00:1', '0:0:0:0:0:fffe:a00:1'],
    ['2001:DB8::6', '2001:db8:0:0:0:0:0:6'],
    ['[2001:0db8::0006]:443', '2001:db8:0:0:0:0:0:6'],
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    ['unknown', 'unknown'],
    ['', ''],
  ] as const) t.equal(addressOf(text), address, text)
})

t.test('an IPv6 network is 64 bits, however it is written; IPv4 is an address', async (t) => {
  for (const [ip, network] of [
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['[2001:db8:1:2::6]:80', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['2001:db8::', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['1:2:3:4:5::8', '1:2:3:4'],
    ['fe80::1:2:3:4', 'fe80:0:0:0'],
    ['fe80::9:1:2:3:4', 'fe80:0:0:9'],
  ] as const) t.equal(networkOf(ip), network, ip)
})

t.test('the addresses around a customer are 24 bits of IPv4 and 48 of IPv6', async (t) => {
  for (const [ip, around] of [
    ['192.0.2.7', '192.0.2'], ['::ffff:192.0.2.7', '192.0.2'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1'], ['2001:db8::1', '2001:db8:0'], ['::1', '0:0:0'],
  ] as const) t.equal(neighbourhoodOf(ip), around, ip)
})

t.test('a host of this machine alone is known with or without a port', async (t) => {
  for (const host of ['localhost', 'LOCALHOST:4000', '127.0.0.1', '127.1.2.3:80', '::1', '[::1]:4000', '::ffff:127.0.0.1']) t.ok(isLoopback(host), host)
  for (const host of ['', '0.0.0.0', '::', '128.0.0.1', '127.evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', 'evil.example:4000', '192.168.1.7']) t.notOk(isLoopback(host), host)
})
