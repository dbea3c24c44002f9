import {
  completeMfaCall,
  resetPasswordCall,
  verifyEmailCall,
  type Wordings,
} from './account-mail.wording.ts';

const notYou = 'If this was not you, set a new password at once and look at your sessions.';

/** What mails of the account say in English. */
export const english: Wordings = {
  VERIFY_REGISTRATION: {
    subject: 'Verify your address for StudyMate',
    body: 'Welcome to StudyMate. Confirm that this address is yours with the token below; it works once, for 24 hours. If you did not ask for an account, do nothing.',
    call: verifyEmailCall,
  },
  ALREADY_REGISTERED: {
    subject: 'You already have a StudyMate account',
    body: 'Somebody, probably you, asked to use this address for a StudyMate account. It has one already: sign in, or ask for a new password if you forgot yours. If it was not you, do nothing.',
  },
  RESET_PASSWORD: {
    subject: 'Set a new StudyMate password',
    body: 'Set a new password with the token below; it works once, for 30 minutes. If you did not ask for it, do nothing: your password stays.',
    call: resetPasswordCall,
  },
  VERIFY_NEW_EMAIL: {
    subject: 'Confirm your new StudyMate address',
    body: 'Confirm that your account moves to this address with the token below; it works once, for 24 hours.',
    call: verifyEmailCall,
  },
  PASSWORD_CHANGED: { subject: 'Your StudyMate password was changed', body: notYou },
  EMAIL_CHANGED: {
    subject: 'Your StudyMate account is to move to another address',
    body: `Somebody with your password asked to move your account to another address. ${notYou}`,
  },
  TOKEN_REUSED: {
    subject: 'We ended a StudyMate session of yours',
    body: `A key to one of your sessions was used twice, which happens when it was copied. We ended that session. ${notYou}`,
  },
  SIGN_IN_CODE: {
    subject: 'Your code to sign in to StudyMate',
    body: `Somebody who knows your password signs in to your account from a place or device that is new to it. Type the code below where it is asked for; it works once, for 15 minutes. ${notYou}`,
    call: completeMfaCall,
  },
  RISK_REFUSED: {
    subject: 'We kept somebody out of your StudyMate account',
    body: `Somebody used your account in a way that looked so little like you that we let nothing through. ${notYou} A second factor would let you in from there.`,
  },
  NEW_DEVICE: {
    subject: 'A sign-in to StudyMate from a new device',
    body: `Somebody signed in to your account from a device or place we have not seen before. ${notYou}`,
  },
  FACTOR_ADDED: {
    subject: 'An authenticator app was added to your StudyMate account',
    body: `From now on signing in also takes its code. ${notYou}`,
  },
  FACTOR_REMOVED: {
    subject: 'An authenticator app was removed from your StudyMate account',
    body: notYou,
  },
  PASSKEY_ADDED: {
    subject: 'A passkey was added to your StudyMate account',
    body: `Whoever holds it and can open it signs in to your account. ${notYou}`,
  },
  PASSKEY_REMOVED: { subject: 'A passkey was removed from your StudyMate account', body: notYou },
  IDENTITY_LINKED: {
    subject: 'An account elsewhere now opens your StudyMate account',
    body: `You linked an account at Google or GitHub: who can sign in there can sign in here. ${notYou} Then unlink it.`,
  },
  IDENTITY_UNLINKED: {
    subject: 'An account elsewhere no longer opens your StudyMate account',
    body: notYou,
  },
  ACCESS_TOKEN_ADDED: {
    subject: 'A key was added to your StudyMate account',
    body: `Whoever holds the key can act for you as far as its scopes go. ${notYou} Then revoke the key.`,
  },
  RECOVERY_CODES_REPLACED: {
    subject: 'Your StudyMate recovery codes were replaced',
    body: `The codes you had before do not work any more. ${notYou}`,
  },
  DATA_EXPORT_REQUESTED: {
    subject: 'A copy of your StudyMate data was asked for',
    body: `We are collecting everything we have of you and write again when it is there. ${notYou}`,
  },
  DATA_EXPORT_READY: {
    subject: 'Your copy of your StudyMate data is ready',
    body: 'Sign in to download it. We delete it after seven days.',
  },
  DELETION_REQUESTED: {
    subject: 'Your StudyMate account is going to be deleted',
    body: `Once the waiting time is over, the account and everything of it are erased for good. Until then you can sign in and cancel. ${notYou}`,
  },
  DELETION_CANCELED: {
    subject: 'Your StudyMate account stays',
    body: `The deletion of your account was canceled. ${notYou}`,
  },
  ACCOUNT_DELETED: {
    subject: 'Your StudyMate account is deleted',
    body: 'We are erasing the account and everything of it, as you asked. This is our last mail to you.',
  },
  ACCOUNT_DISABLED: {
    subject: 'Your StudyMate account was closed',
    body: 'An administrator closed your account. Answer this mail if you think that is a mistake.',
  },
};
