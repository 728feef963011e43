import { makeAdministerUser, makeListUsers } from './administer-user.js'
import { makeChangePassword } from './change-password.js'
import { makeDeleteAccount } from './delete-account.js'
import { makeGetUser, makeUpdateProfile } from './profile.js'
import { makeRegisterUser, type RegisterPorts } from './register-user.js'
import { makeForgotPassword, makeResetPassword, makeVerifyResetToken } from './reset-password.js'
import { makeListSessions, makeRefreshSession, makeRevokeSession, makeSignOut, type RefreshSessionPorts } from './sessions.js'
import { makeSignIn, type SignInPorts } from './sign-in.js'
import { makeVerifyEmail } from './verify-email.js'

export type AccountPorts = SignInPorts & RegisterPorts & RefreshSessionPorts

export type AccountUseCases = ReturnType<typeof makeAccountUseCases>

export function makeAccountUseCases (ports: AccountPorts) {
  return {
    registerUser: makeRegisterUser(ports),
    verifyEmail: makeVerifyEmail(ports),
    signIn: makeSignIn(ports),
    refreshSession: makeRefreshSession(ports),
    signOut: makeSignOut(ports),
    forgotPassword: makeForgotPassword(ports),
    verifyResetToken: makeVerifyResetToken(ports),
    resetPassword: makeResetPassword(ports),
    getUser: makeGetUser(ports),
    updateProfile: makeUpdateProfile(ports),
    changePassword: makeChangePassword(ports),
    deleteAccount: makeDeleteAccount(ports),
    listSessions: makeListSessions(ports),
    revokeSession: makeRevokeSession(ports),
    listUsers: makeListUsers(ports),
    administerUser: makeAdministerUser(ports),
  }
}
