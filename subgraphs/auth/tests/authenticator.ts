import {
  AuthenticatorEmulator,
  deserializeCredential,
  PasskeysCredentialsMemoryRepository,
  serializeCredential,
  WebAuthnEmulator,
} from 'nid-webauthn-emulator';

export type Device = WebAuthnEmulator;

/** A browser and its authenticator, without keys yet. Those that a cloud keeps do not count their signatures. */
export const newDevice = ({ counts = true } = {}): Device =>
  new WebAuthnEmulator(
    new AuthenticatorEmulator({
      credentialsRepository: new PasskeysCredentialsMemoryRepository(),
      signCounterIncrement: counts ? 1 : 0,
    }),
  );

/** Another device with the same keys and counts: what a thief has who copied the first one. */
export function copyOf(device: Device): Device {
  const copy = newDevice();
  for (const credential of device.authenticator.params.credentialsRepository?.loadCredentials() ?? []) {
    const copied = deserializeCredential(serializeCredential(credential));
    copy.authenticator.params.credentialsRepository?.saveCredential(copied);
  }
  return copy;
}
