/** What an edit asks for, so that what runs is what is written. */
export interface ReloadPlan {
  readonly composes: boolean;
  readonly generates: boolean;
  readonly migrates: boolean;
  /** The processes to start again: names, or `all`. */
  readonly restarts: ReadonlySet<string> | 'all';
}

const ignored = /(^|\/)(node_modules|__generated__|dist|run)(\/|$)|\.test\.ts$|~$|\.(draft|swp|tmp)$/;

interface Rule {
  readonly pattern: RegExp;
  readonly asks: Partial<Omit<ReloadPlan, 'restarts'>>;
  readonly restarts: (name: string) => readonly string[] | 'all';
}

const both = (name: string) => [name, `${name}-worker`];
const nothing = () => [];

/** The first rule that fits a path counts; `$1` is what goes into `restarts`. */
const rules: readonly Rule[] = [
  { pattern: /^schema\/subgraphs\/relay\.graphql$/, asks: {}, restarts: nothing },
  {
    pattern: /^schema\/subgraphs\/(\w+)\.graphql$/,
    asks: { composes: true, generates: true },
    restarts: both,
  },
  { pattern: /^schema\/shared\.graphql$/, asks: { composes: true, generates: true }, restarts: () => 'all' },
  { pattern: /^subgraphs\/(\w+)\/codegen\.json$/, asks: { generates: true }, restarts: nothing },
  { pattern: /^subgraphs\/(\w+)\/src\/.*\.ts$/, asks: {}, restarts: both },
  { pattern: /^gateway\/src\/.*\.(ts|html)$/, asks: {}, restarts: () => ['gateway'] },
  { pattern: /^prisma\/(\w+)\/migrations\/.*\.sql$/, asks: { migrates: true }, restarts: both },
  { pattern: /^prisma\/(\w+)\/schema\.prisma$/, asks: { generates: true }, restarts: both },
  {
    pattern: /^packages\/client\/src\/operations\/.*\.graphql$/,
    asks: { generates: true },
    restarts: nothing,
  },
  { pattern: /^packages\/(client|testkit|embedded|stripe-stand-in)\//, asks: {}, restarts: nothing },
  { pattern: /^packages\/.*\.ts$/, asks: {}, restarts: () => 'all' },
];

/** What the edits of these paths (relative to the checkout, with `/`) ask for together; null for nothing. */
export function planReload(paths: Iterable<string>): ReloadPlan | null {
  const plan = { composes: false, generates: false, migrates: false };
  const names = new Set<string>();
  let isAll = false;
  let isAsked = false;
  for (const path of paths) {
    if (ignored.test(path)) continue;
    const rule = rules.find(({ pattern }) => pattern.test(path));
    if (!rule) continue;
    const restarts = rule.restarts(rule.pattern.exec(path)?.[1] ?? '');
    plan.composes ||= rule.asks.composes ?? false;
    plan.generates ||= rule.asks.generates ?? false;
    plan.migrates ||= rule.asks.migrates ?? false;
    isAll ||= restarts === 'all';
    if (restarts !== 'all') for (const name of restarts) names.add(name);
    isAsked ||= restarts === 'all' || restarts.length > 0 || Object.keys(rule.asks).length > 0;
  }
  return isAsked ? { ...plan, restarts: isAll ? 'all' : names } : null;
}
