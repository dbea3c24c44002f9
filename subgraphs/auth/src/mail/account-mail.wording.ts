import type { AccountMailKind } from '@studymate/database/auth';

export type MailTopic = AccountMailKind | 'ALREADY_REGISTERED';

export interface Wording {
  readonly subject: string;
  readonly body: string;
  /** The call that takes the token, for who pastes it by hand. */
  readonly call?: (token: string) => string;
}

export type Wordings = Readonly<Record<MailTopic, Wording>>;

export const verifyEmailCall = (token: string) => `verifyEmail(token: "${token}")`;
export const resetPasswordCall = (token: string) => `resetPassword(token: "${token}", newPassword: "…")`;
export const completeMfaCall = (code: string) => `completeMfa(challengeToken: "…", code: "${code}")`;
