import type { Envelope } from '@studymate/database/encryption';

const columns = { phoneNumber: 'phoneNumberCipher', birthDate: 'birthDateCipher' } as const;

export type PersonalField = keyof typeof columns;

interface EncryptedUser {
  readonly id: string;
  readonly phoneNumberCipher: string | null;
  readonly birthDateCipher: string | null;
}

const placeOf = (userId: string, field: PersonalField) => ({
  table: 'User',
  column: columns[field],
  rowId: userId,
});

export async function readPersonal(
  envelope: Envelope,
  user: EncryptedUser,
  field: PersonalField,
): Promise<string | null> {
  const sealed = user[columns[field]];
  return sealed === null ? null : envelope.open(placeOf(user.id, field), sealed);
}

export const sealPersonal = async (
  envelope: Envelope,
  userId: string,
  { field, value }: { readonly field: PersonalField; readonly value: string | null },
): Promise<string | null> => (value === null ? null : envelope.seal(userId, placeOf(userId, field), value));
