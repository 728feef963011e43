import t from 'tap'
import { checkPassword } from '#domain/accounts/password.js'

const ada = { email: 'ada.yilmaz@shop.example', name: 'Ada Yılmaz' }
const check = (password: string, owner = ada) => () => { checkPassword(password, owner, (common) => common === 'qwertyuiop') }

t.test('a password of 10 to 128 characters is refused where others guess it', async (t) => {
  for (const weak of ['123456789', 'a1'.repeat(65), 'abababababab', 'qwertyuiop', 'Ada Yılmaz', 'adayilmaz1', 'YILMAZ.ada', 'Ada.Yilmaz2024', 'I say ada.yilmaz@shop.example', 'basvideo123', 'BasVideo!!', 'shop.example', 'yılmaz yılmaz yılmaz']) {
    t.throws(check(weak), { code: 'weak_password' }, weak)
  }
  for (const strong of ['dört tane mavi atkı', 'ada sahillerinde bekliyorum', '!"§$%&/()=', 'yilmaz ailesi 4', 'abcdefghij', 'ş'.repeat(7) + 'abc']) t.doesNotThrow(check(strong), strong)
})

t.test('short names and words are parts of any password', async (t) => {
  t.doesNotThrow(check('al bu gel de', { email: 'al@bu.de', name: 'Al Bu' }))
  t.doesNotThrow(check('the password of the owner', { email: 'owner@shop.example', name: 'Owner' }))
})
