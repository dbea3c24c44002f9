import { forbidden, invalidInput, newRowId, notFound, type Scope } from '@studymate/contracts';
import type { PartnerClient } from '@studymate/database/auth';
import {
  type Connection,
  hasScope,
  onceByKey,
  type PageArguments,
  parseInput,
  parsePage,
  toConnection,
} from '@studymate/subgraph-kit';
import { z } from 'zod';
import { clientIdPrefix, secretOfClient } from '../access-token/access-token.secret.ts';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requireFreshProof } from '../session/session.service.ts';

/** What a program that acts for nobody may be given: to read what is public, and to look accounts up. */
export const partnerScopes = ['study:read', 'user:read'] as const satisfies readonly Scope[];

const nameSchema = z.string().trim().min(1).max(80);
const scopesSchema = z.array(z.enum(partnerScopes)).min(1).max(partnerScopes.length);
/** The plan of the gateway's configuration that says what a client may ask for in a minute, a day and a month. */
const planSchema = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/);

function requireAdministrator(context: Context): void {
  if (!hasScope(context.viewer, 'admin:users')) throw forbidden('look after partners');
}

export interface NewPartnerClientInput {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly plan?: string | null | undefined;
  readonly expiresAt?: Date | null | undefined;
}

function parseClient(context: Context, input: NewPartnerClientInput) {
  const expiresAt = input.expiresAt ?? null;
  if (expiresAt && expiresAt <= context.now()) {
    throw invalidInput(['input', 'expiresAt'], 'expiresAt: is over', 'future');
  }
  return {
    name: parseInput(nameSchema, ['input', 'name'], input.name),
    scopes: [...new Set(parseInput(scopesSchema, ['input', 'scopes'], input.scopes))],
    plan: parseInput(planSchema, ['input', 'plan'], input.plan ?? 'partner'),
    expiresAt,
  };
}

async function getClient(context: Context, id: string): Promise<PartnerClient> {
  const client = await context.partnerClients.find(id);
  if (!client) throw notFound('PartnerClient');
  return client;
}

/** Makes a partner's program known and shows its secret; a repeated call shows the same. Takes a fresh proof. */
export async function createPartnerClient(
  context: Context,
  { input, idempotencyKey }: { readonly input: NewPartnerClientInput; readonly idempotencyKey: string },
) {
  requireAdministrator(context);
  const { userId } = await requireFreshProof(context);
  const parsed = parseClient(context, input);
  const client = await onceByKey(
    context,
    { mutation: 'createPartnerClient', key: idempotencyKey, body: input },
    {
      run: async (inner) => {
        const id = `${clientIdPrefix}${newRowId()}`;
        const made = await inner.partnerClients.create({
          id,
          ...parsed,
          createdById: userId,
          createdAt: inner.now(),
        });
        await recordAct(inner, {
          act: 'client.created',
          userId,
          details: { client: id, scopes: parsed.scopes.join(' ') },
        });
        return made;
      },
      replay: getClient,
    },
  );
  return {
    __typename: 'CreatedPartnerClient' as const,
    client,
    secret: secretOfClient(context.tokens, client.id),
  };
}

/** Ends a partner's program at every gateway within 2 s. */
export async function revokePartnerClient(context: Context, id: string): Promise<void> {
  requireAdministrator(context);
  const { userId } = await requireFreshProof(context);
  await context.transaction(async (inner) => {
    if (!(await inner.partnerClients.revoke(id, inner.now()))) throw notFound('PartnerClient');
    await recordAct(inner, { act: 'client.revoked', userId, details: { client: id } });
  });
  await context.revocations.announce([id]);
}

export async function listPartnerClients(
  context: Context,
  slice: PageArguments,
): Promise<Connection<PartnerClient>> {
  requireAdministrator(context);
  const page = parsePage(slice);
  const clients = await context.partnerClients.page(page);
  return toConnection(clients, page, ({ createdAt, id }) => [createdAt.toISOString(), id]);
}
