import fc from 'fast-check'
import t from 'tap'
import { PAYLOAD_MAX_BYTES } from '#adapters/durability/journal/journal-files.js'
import { BadDisk } from '../../../support/bad-disk.js'
import { diskWith, openJournal, values } from '../../../support/journals.js'

t.test('a file cut at any byte holds exactly the whole records before the cut', async (t) => {
  const words = ['first', 'second', 'üçüncü', 'x'.repeat(100)]
  const disk = await diskWith(...words)
  const { bytes } = disk.only
  const ends = [0]
  for (const [index] of words.entries()) ends.push((await diskWith(...words.slice(0, index + 1))).only.bytes.length)
  for (let cut = 0; cut <= bytes.length; cut++) {
    disk.only.bytes = bytes.subarray(0, cut)
    const journal = await openJournal(disk)
    const whole = ends.filter((end) => end > 0 && end <= cut).length
    if (values(journal).join() !== words.slice(0, whole).join()) t.fail(`cut at ${cut}`)
    await journal.append('after')
    if (values(await openJournal(disk)).join() !== [...words.slice(0, whole), 'after'].join()) t.fail(`appended behind the cut at ${cut}`)
  }
  t.pass(`${bytes.length + 1} cuts`)
})

t.test('a flipped bit is reported with its file and byte, and no record is read', async (t) => {
  const disk = await diskWith('first', 'second', 'last')
  const { bytes } = disk.only
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    disk.only.bytes = damaged
    await openJournal(disk).then(() => t.fail(`bit ${bit}`), (error: unknown) => {
      if (!/^journal-000000000001\.log is damaged at byte \d+$/.test((error as Error).message)) throw error
    })
  }
  t.pass(`${bytes.length * 8} bits`)
})

t.test('allocated space without data reads as zeros, and is no damage', async (t) => {
  const disk = await diskWith('first', 'second')
  const { bytes } = disk.only
  const one = (await diskWith('first')).only.bytes.length
  for (let kept = one; kept < bytes.length; kept++) {
    disk.only.bytes = Buffer.concat([bytes.subarray(0, kept), Buffer.alloc(bytes.length + 40 - kept)])
    if (values(await openJournal(disk)).join() !== 'first') t.fail(`zeros from ${kept}`)
  }
  disk.only.bytes = Buffer.concat([bytes, Buffer.alloc(5000)])
  t.same(values(await openJournal(disk)), ['first', 'second'])
})

t.test('a file cut short is damaged where another file follows it', async (t) => {
  const disk = await diskWith('a', 'b')
  disk.only.bytes = disk.only.bytes.subarray(0, -1)
  await disk.open('journal-000000000003.log')
  await t.rejects(openJournal(disk), { name: 'JournalCorrupt', message: /^journal-000000000001\.log/ })
})

t.test('a full disk refuses an append, keeps earlier entries, and takes more once it has space', async (t) => {
  const disk = await diskWith('a')
  const journal = await openJournal(disk)
  disk.faults.push({ call: 'append', code: 'ENOSPC', written: 20 })
  await t.rejects(journal.append('b'), { code: 'store_unavailable', retryAfterS: 5 })
  await journal.append('c')
  disk.crash()
  t.same(values(await openJournal(disk)), ['a', 'c'], 'the refused append left no trace')
})

t.test('after a failed sync no append is acknowledged', async (t) => {
  const disk = await diskWith('a')
  const journal = await openJournal(disk)
  disk.faults.push({ call: 'sync', code: 'EIO' })
  const answers = await Promise.allSettled([journal.append('b'), journal.append('c'), journal.append('d')])
  t.same(answers.map(({ status }) => status), ['rejected', 'rejected', 'rejected'])
  await t.rejects(journal.append('e'), { code: 'store_unavailable' })
  disk.crash()
  t.same(values(await openJournal(disk)), ['a'])
})

t.test('after a failed truncate no append is acknowledged', async (t) => {
  const disk = await diskWith('a')
  const journal = await openJournal(disk)
  disk.faults.push({ call: 'append', code: 'ENOSPC', written: 30 }, { call: 'truncate', code: 'EIO' })
  await t.rejects(journal.append('b'), { code: 'store_unavailable' })
  await t.rejects(journal.append('c'), { code: 'store_unavailable' })
})

t.test('a value that is too large is refused, and another at the same time is not', async (t) => {
  const journal = await openJournal(new BadDisk())
  const [large, small] = await Promise.allSettled([journal.append('x'.repeat(PAYLOAD_MAX_BYTES)), journal.append('small')])
  t.match(large, { status: 'rejected', reason: { name: 'RangeError' } })
  t.match(small, { status: 'fulfilled', value: { sequence: 1 } })
})

t.test('over any history of faults and crashes, all acknowledged entries that are not settled are kept, once, and no others appear', async (t) => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant({ kind: 'append' as const }) },
    { weight: 2, arbitrary: fc.nat(20).map((index) => ({ kind: 'settle' as const, index })) },
    { weight: 2, arbitrary: fc.constant({ kind: 'tidy' as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), kept: fc.nat(60) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('fault' as const),
        call: fc.constantFrom('append' as const, 'sync' as const, 'truncate' as const, 'open' as const, 'remove' as const),
        written: fc.nat(60),
      }),
    })
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
    const disk = new BadDisk()
    let journal = await openJournal(disk)
    const acknowledged = new Set<string>()
    const given = new Set<string>()
    for (const next of steps) {
      if (next.kind === 'append') {
        const word = `word ${given.size}`
        given.add(word)
        await journal.append(word).then(() => acknowledged.add(word), () => {})
      } else if (next.kind === 'settle') {
        const entry = [...journal.pending()][next.index]
        if (entry === undefined) continue
        journal.settle(entry.sequence)
        acknowledged.delete(entry.value)
      } else if (next.kind === 'tidy') {
        await journal.tidy()
      } else if (next.kind === 'fault') {
        disk.faults.push({ call: next.call, code: 'EIO', written: next.written })
      } else {
        disk.crash(next.kept)
        disk.faults.length = 0
        journal = await openJournal(disk)
        const found = values(journal)
        if (found.some((word) => !given.has(word))) throw new Error('an entry appeared that was never appended')
        if ([...acknowledged].some((word) => !found.includes(word))) throw new Error('an acknowledged entry was lost')
        if (new Set(found).size < found.length) throw new Error('an entry is there twice')
      }
    }
  }), { numRuns: 500 })
  t.pass('500 histories')
})
