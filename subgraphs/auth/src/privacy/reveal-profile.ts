import type { RowsByTable } from '@studymate/privacy';
import type { Context } from '../context.ts';

/** The account's row with what is encrypted in it as its owner knows it. */
export async function revealProfile(context: Context, tables: RowsByTable): Promise<RowsByTable> {
  const rows = (tables.User ?? []).map(async (row) => {
    const { phoneNumberCipher: _phone, birthDateCipher: _birth, ...open } = row;
    const user = await context.users.find(String(row.id));
    if (!user) return open;
    const [phoneNumber, birthDate] = await Promise.all([
      context.users.personal(user, 'phoneNumber'),
      context.users.personal(user, 'birthDate'),
    ]);
    return { ...open, phoneNumber, birthDate };
  });
  return { ...tables, User: await Promise.all(rows) };
}
