import { DomainError, type ErrorCode } from '@studymate/contracts';
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
  getNamedType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** Error types that may present each code, the most telling first. */
const presentations: Partial<Record<ErrorCode, readonly string[]>> = {
  VALIDATION: ['ValidationError'],
  BAD_USER_INPUT: ['ValidationError'],
  IDEMPOTENCY_MISMATCH: ['ConflictError', 'ValidationError', 'StateError'],
  NOT_FOUND: ['NotFoundError'],
  FORBIDDEN: ['ForbiddenError'],
  CONFLICT: ['ConflictError'],
  RATE_LIMITED: ['RateLimitedError'],
  QUOTA_EXCEEDED: ['QuotaExceededError'],
  STATE: ['StateError'],
  EXPIRED: ['AttemptExpiredError', 'StateError'],
  INVALID_CREDENTIALS: ['InvalidCredentialsError'],
  ACCOUNT_LOCKED: ['AccountLockedError'],
  TOKEN_REUSED: ['TokenReusedError'],
  PAYMENT_REQUIRED: ['PaymentRequiredError'],
  CONTENT_POLICY: ['ContentPolicyError'],
  PROVIDER_UNAVAILABLE: ['ProviderUnavailableError'],
};

const requiredFieldsArePresent = (type: GraphQLObjectType, value: Record<string, unknown>): boolean =>
  Object.values(type.getFields()).every(
    (field) => !String(field.type).endsWith('!') || (value[field.name] ?? null) !== null,
  );

/** The member of the union that presents the error, as a value its default resolvers can read; else null. */
function presentInUnion(union: GraphQLUnionType, error: DomainError): Record<string, unknown> | null {
  const value = { ...error.details, code: error.code, message: error.message };
  for (const name of presentations[error.code] ?? []) {
    const member = union.getTypes().find((type) => type.name === name);
    const filled = name === 'StateError' ? { currentState: error.code, allowedStates: [], ...value } : value;
    if (member && requiredFieldsArePresent(member, filled)) return { __typename: name, ...filled };
  }
  return null;
}

function presentErrorsOf(field: GraphQLField<unknown, unknown>, union: GraphQLUnionType): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = async (parent, args, context, info) => {
    let answer: unknown;
    try {
      // graphql-shield hands a thrown error back as the field's value.
      answer = await resolve(parent, args, context, info);
    } catch (error) {
      answer = error;
    }
    if (!(answer instanceof Error)) return answer;
    const member = answer instanceof DomainError ? presentInUnion(union, answer) : null;
    if (member) return member;
    throw answer;
  };
}

/** Makes every mutation with a result union answer a DomainError by the union's member for it, where it has one. */
export function presentDomainErrors(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const type = getNamedType(field.type);
    if (isUnionType(type)) presentErrorsOf(field, type);
  }
}

/** True for the members of a result union that tell of a failure. */
export const isErrorType = (type: unknown): boolean =>
  isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'UserError');
