import { z } from 'zod';

/** A root field, as `Mutation.signIn`. */
const rootFieldSchema = z.string().regex(/^(Query|Mutation|Subscription)\.\w+$/);

export const limitsSchema = z.strictObject({
  /** Levels of selection sets, fragments spread out. */
  depth: z.int().positive().optional(),
  /** Aliases in the whole operation, fragments spread out. */
  aliases: z.int().positive().optional(),
  /** Fields at the root, fragments spread out. */
  rootFields: z.int().positive().optional(),
  /** Fields in the whole operation, fragments spread out. */
  fields: z.int().positive().optional(),
  directives: z.int().positive().optional(),
  /** Uses of fragments, named and inline, in the whole operation, fragments spread out. */
  fragments: z.int().positive().optional(),
  /** Fields of the answer: those that merge count once. */
  height: z.int().positive().optional(),
  /** How often one operation may ask a root field, whatever it calls it. */
  rootFieldUses: z.record(rootFieldSchema, z.int().positive()).optional(),
  /** Lexical tokens of the document. */
  tokens: z.int().positive().optional(),
  /** The highest value of an argument that `@listSize` names as slicing a list. */
  pageSize: z.int().positive().optional(),
  /** Items of a list among the variables. */
  inputItems: z.int().positive().optional(),
});

const rateSchema = z.strictObject({ requests: z.int().positive(), seconds: z.int().positive() });

/** Rates of signed-in callers each, of API keys each, and of addresses for everybody else. */
export const ratesSchema = z.strictObject({
  viewer: rateSchema,
  /** Without it a key may do as much as a viewer. */
  key: rateSchema.optional(),
  address: rateSchema,
  /** Uses of a root field by one address, aliases counted one by one. */
  rootFields: z.record(rootFieldSchema, rateSchema).default({}),
});

const budgetSchema = z.strictObject({ cost: z.int().positive(), seconds: z.int().positive() });

export type CostBudget = z.output<typeof budgetSchema>;

export const costSchema = z.strictObject({
  /** The highest estimated cost that is answered. */
  max: z.int().positive(),
  /** Length of a list that the schema says nothing of. */
  listSize: z.int().positive().default(10),
  /** Estimated cost that one caller may run up in a time. Needs `rates`. */
  budget: budgetSchema.optional(),
});

/** Requests of an API key in a calendar day and month (UTC). */
export const quotaSchema = z.strictObject({
  day: z.int().positive().optional(),
  month: z.int().positive().optional(),
});

/** What differs from the rules for everybody. */
export const planSchema = z.strictObject({
  limits: limitsSchema.optional(),
  cost: z.strictObject({ max: z.int().positive().optional(), budget: budgetSchema.optional() }).optional(),
  rates: z.strictObject({ viewer: rateSchema.optional(), key: rateSchema.optional() }).optional(),
  quota: quotaSchema.optional(),
});

export type OperationLimits = z.output<typeof limitsSchema>;
export type Rates = z.output<typeof ratesSchema>;
export type CostRules = z.output<typeof costSchema>;
export type PlanOverrides = z.output<typeof planSchema>;
export type QuotaRules = z.output<typeof quotaSchema>;
