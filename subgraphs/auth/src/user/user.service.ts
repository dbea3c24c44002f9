import { DomainError } from '@studymate/contracts';
import type { User } from '@studymate/database/auth';
import {
  type Connection,
  hasScope,
  type PageArguments,
  parsePage,
  toConnection,
} from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { keepUser } from './user.kept.ts';
import { canReadUser } from './user.policy.ts';

/** The account, or null when it does not exist or is not the viewer's to read. */
export async function findUser(context: Context, id: string): Promise<User | null> {
  return canReadUser(context.viewer, { id }) ? context.users.find(id) : null;
}

/** Who is asking; kept for their session, as every page begins with it. */
export const findViewer = async (context: Context): Promise<User | null> =>
  context.viewer && keepUser(context, context.viewer.id);

/** The account; throws NOT_FOUND. For services that have decided who may ask. */
export async function getUser(context: Context, id: string): Promise<User> {
  const user = await context.users.find(id);
  if (!user) throw new DomainError('NOT_FOUND', 'User not found.');
  return user;
}

export interface UserSearch extends PageArguments {
  readonly search?: string | null | undefined;
}

export async function listUsers(
  context: Context,
  { search, ...slice }: UserSearch,
): Promise<Connection<User>> {
  if (!hasScope(context.viewer, 'admin:users')) throw new DomainError('FORBIDDEN', 'You may not list users.');
  const page = parsePage(slice);
  const wanted = search?.trim() || null;
  const [users, totalCount] = await Promise.all([
    context.users.page(page, wanted),
    context.users.count(wanted),
  ]);
  const connection = toConnection(users, page, (user) => [user.createdAt.toISOString(), user.id]);
  return { ...connection, totalCount };
}
