import t from 'tap'
import { only, PROVINCES, resolvePlace } from '#domain/shipping/places.js'

t.test('Türkiye has 81 provinces with 973 districts, each once and in Turkish order', async (t) => {
  t.same(PROVINCES.map(({ code }) => code), Array.from({ length: 81 }, (_, index) => String(index + 1).padStart(2, '0')))
  t.equal(PROVINCES.flatMap(({ districts }) => districts).length, 973)
  for (const { name, districts } of PROVINCES) t.same(districts, [...new Set(districts)].toSorted(new Intl.Collator('tr').compare), name)
  t.match(PROVINCES[33], { code: '34', name: 'İstanbul', districts: ['Adalar', 'Arnavutköy', 'Ataşehir'] })
})

t.test('a place is resolved in any case and spacing, and from a keyboard without Turkish letters', async (t) => {
  for (const [city, district] of [['İstanbul', 'Kadıköy'], ['İSTANBUL', 'KADIKÖY'], ['istanbul', 'kadıköy'], [' Istanbul ', 'KADIKOY'], ['istanbul', 'kadikoy'], ['I\u0307stanbul', 'Kadıko\u0308y']] as const) {
    t.match(resolvePlace(city, district), { kind: 'resolved', province: { code: '34' }, district: 'Kadıköy' }, `${city} ${district}`)
  }
  t.match(resolvePlace('samsun', '19  mayis'), { kind: 'resolved', district: '19 Mayıs' })
})

t.test('every place is resolved by its own name, in upper case and without accents', async (t) => {
  for (const { code, name, districts } of PROVINCES) {
    for (const district of districts) {
      for (const form of [district, district.toLocaleUpperCase('tr'), district.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ı', 'i')]) {
        const place = resolvePlace(name, form)
        if (place.kind !== 'resolved' || place.province.code !== code || place.district !== district) t.fail(`${name} ${form}`)
      }
    }
  }
})

t.test('what only resembles a place is not resolved, and the person is shown what they may have meant', async (t) => {
  t.same(resolvePlace('Stanbul', 'Kadıköy'), { kind: 'unresolved', field: 'city', candidates: ['Sakarya', 'Samsun', 'Siirt', 'Sinop', 'Sivas'] })
  t.same(resolvePlace('İstanbul', 'Kadı'), { kind: 'unresolved', field: 'district', candidates: ['Kadıköy', 'Kağıthane', 'Kartal', 'Küçükçekmece'] })
  t.same(resolvePlace('Ankara', 'Kadıköy'), { kind: 'unresolved', field: 'district', candidates: ['Kahramankazan', 'Kalecik', 'Keçiören', 'Kızılcahamam'] })
  t.same(resolvePlace('', ''), { kind: 'unresolved', field: 'city', candidates: [] })
  t.same(resolvePlace('Xanadu', 'x'), { kind: 'unresolved', field: 'city', candidates: [] })
})

t.test('a text that names two things alike names neither', async (t) => {
  const named = (text: string) => only(['Şile', 'Sile', 'Muş'], (name) => name, text)
  t.equal(named('SİLE'), 'Sile', 'its letters tell them apart')
  t.equal(named('Síle'), null)
  t.equal(named('mus'), 'Muş')
})
