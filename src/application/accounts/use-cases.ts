import { makeAdministerUser, makeListUsers } from './administer-user.js'
import { makeChangeEmail } from './change-email.js'
import { makeChangePassword } from './change-password.js'
import { makeConfirmPhone, makeRequestPhoneCode, makeUpdateProfile, type PhonePorts } from './confirm-phone.js'
import { makeDeleteAccount } from './delete-account.js'
import type { ErasurePorts } from './erase-person.js'
import { makeGetUser } from './profile.js'
import { makeRegisterUser, type RegisterPorts } from './register-user.js'
import { makeForgotPassword, makeResetPassword, makeVerifyResetToken } from './reset-password.js'
import { makeListSessions, makeRefreshSession, makeRevokeSession, makeSignOut, type RefreshSessionPorts } from './sessions.js'
import { makeSecondFactorUseCases, type SecondFactorPorts } from './second-factor.js'
import { makeIdentifyUser, makeSignIn, type SignInPorts } from './sign-in.js'
import { makeStepUp } from './step-up.js'
import { makeVerifyEmail } from './verify-email.js'

export type AccountPorts = SignInPorts & RegisterPorts & RefreshSessionPorts & ErasurePorts & PhonePorts & SecondFactorPorts

export type AccountUseCases = ReturnType<typeof makeAccountUseCases>

export function makeAccountUseCases (ports: AccountPorts) {
  return {
    registerUser: makeRegisterUser(ports),
    verifyEmail: makeVerifyEmail(ports),
    identifyUser: makeIdentifyUser(ports),
    signIn: makeSignIn(ports),
    refreshSession: makeRefreshSession(ports),
    signOut: makeSignOut(ports),
    forgotPassword: makeForgotPassword(ports),
    verifyResetToken: makeVerifyResetToken(ports),
    resetPassword: makeResetPassword(ports),
    getUser: makeGetUser(ports),
    updateProfile: makeUpdateProfile(ports),
    changeEmail: makeChangeEmail(ports),
    requestPhoneCode: makeRequestPhoneCode(ports),
    confirmPhone: makeConfirmPhone(ports),
    changePassword: makeChangePassword(ports),
    deleteAccount: makeDeleteAccount(ports),
    listSessions: makeListSessions(ports),
    revokeSession: makeRevokeSession(ports),
    listUsers: makeListUsers(ports),
    administerUser: makeAdministerUser(ports),
    ...makeSecondFactorUseCases(ports),
    stepUp: makeStepUp(ports),
  }
}
