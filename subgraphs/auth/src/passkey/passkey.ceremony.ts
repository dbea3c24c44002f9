import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type VerifiedAuthenticationResponse,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { PasskeyFactor, User } from '@studymate/database/auth';
import { z } from 'zod';

/** For whom authenticators sign (WebAuthn's relying party), and on whose pages. */
export interface RelyingParty {
  readonly id: string;
  readonly origins: readonly string[];
}

const credentialId = z.string().min(1).max(1_400);
const field = z.string().max(65_536);

const credential = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
};

/** What `navigator.credentials.create()` answers, as JSON (WebAuthn, section 5.1). */
export const registrationSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: field,
    attestationObject: field,
    transports: z.array(z.string().max(20)).max(10).default([]),
  }),
});

/** What `navigator.credentials.get()` answers, as JSON. */
export const assertionSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: field,
    authenticatorData: field,
    signature: field,
    userHandle: z.string().max(100).nullish(),
  }),
});

export type Registration = z.output<typeof registrationSchema>;
export type Assertion = z.output<typeof assertionSchema>;

const clientDataSchema = z.object({ challenge: z.string() });

/** The challenge that the browser says was signed; null when it says nothing. For looking it up, proves nothing. */
export function challengeNamedIn({ response }: Assertion): string | null {
  try {
    const text = Buffer.from(response.clientDataJSON, 'base64url').toString('utf8');
    return clientDataSchema.parse(JSON.parse(text)).challenge;
  } catch {
    return null;
  }
}

/** The account's name on the authenticator: opaque, as the specification asks (WebAuthn, section 14.6.1). */
const userHandleOf = (userId: string) => new Uint8Array(Buffer.from(userId, 'utf8'));

const bytesOf = (challenge: string) => new Uint8Array(Buffer.from(challenge, 'base64url'));

export const registrationOptions = (
  party: RelyingParty,
  { user, challenge, known }: { user: User; challenge: string; known: readonly PasskeyFactor[] },
) =>
  generateRegistrationOptions({
    rpName: 'StudyMate',
    rpID: party.id,
    userName: user.email,
    userDisplayName: user.displayName,
    userID: userHandleOf(user.id),
    challenge: bytesOf(challenge),
    excludeCredentials: known.map((passkey) => ({
      id: passkey.credentialId,
      transports: passkey.transports,
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });

/** Names no credentials: every passkey of ours is discoverable, and a list would tell who has an account. */
export const signInOptions = (party: RelyingParty, challenge: string) =>
  generateAuthenticationOptions({
    rpID: party.id,
    challenge: bytesOf(challenge),
    userVerification: 'required',
  });

type Registered = Extract<VerifiedRegistrationResponse, { verified: true }>['registrationInfo'];

/** The credential that signed the challenge on one of our pages; null for whatever is wrong with the answer. */
export async function verifyRegistration(
  party: RelyingParty,
  { response, challenge }: { response: Registration; challenge: string },
): Promise<Registered | null> {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: true,
    });
    return verified ? registrationInfo : null;
  } catch {
    return null;
  }
}

type Asserted = VerifiedAuthenticationResponse['authenticationInfo'];

const isOwnHandle = (handle: string | null | undefined, userId: string): boolean =>
  !handle || handle === Buffer.from(userId, 'utf8').toString('base64url');

/** What the passkey's authenticator signed over the challenge; null for whatever is wrong with the answer. */
export async function verifyAssertion(
  party: RelyingParty,
  { assertion, challenge, passkey }: { assertion: Assertion; challenge: string; passkey: PasskeyFactor },
): Promise<Asserted | null> {
  const { userHandle, ...response } = assertion.response;
  if (!isOwnHandle(userHandle, passkey.userId)) return null;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...assertion, response },
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(passkey.publicKey),
        counter: Number(passkey.signCount),
      },
      requireUserVerification: true,
    });
    return verified ? authenticationInfo : null;
  } catch {
    return null;
  }
}
