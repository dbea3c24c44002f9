/** One operation of the comparison, and how often it is sent: to warm a gateway up, and to measure it. */
export interface Workload {
  readonly name: string;
  readonly query: string;
  readonly warmUp: number;
  readonly measured: number;
}

const heavy = `
  fragment User on User { id username name }
  fragment Review on Review { id body }
  fragment Product on Product { inStock name price shippingEstimate upc weight }
  query Heavy {
    users {
      ...User
      reviews {
        ...Review
        product {
          ...Product
          reviews {
            ...Review
            author { ...User reviews { ...Review product { ...Product } } }
          }
        }
      }
    }
    topProducts {
      ...Product
      reviews {
        ...Review
        author { ...User reviews { ...Review product { ...Product } } }
      }
    }
  }`;

/** From one fetch of a few bytes to the published benchmark's operation, whose answer is near 90 KB. */
export const workloads: readonly Workload[] = [
  { name: 'single', query: 'query Single { me { id username name } }', warmUp: 20_000, measured: 20_000 },
  {
    name: 'two-hop',
    query: 'query TwoHop { users { id username reviews { id body } } }',
    warmUp: 4_000,
    measured: 6_000,
  },
  {
    name: 'three-hop',
    query: `query ThreeHop {
      me { id username reviews { id body product { upc name price weight inStock shippingEstimate } } }
    }`,
    warmUp: 4_000,
    measured: 6_000,
  },
  { name: 'heavy', query: heavy, warmUp: 800, measured: 800 },
];

/** A quarter of the measured requests: enough to see a change of a tenth. What is compiled late needs the whole warm-up. */
export const quickly = (all: readonly Workload[]): readonly Workload[] =>
  all.map((workload) => ({
    ...workload,
    measured: Math.ceil(workload.measured / 4),
  }));
