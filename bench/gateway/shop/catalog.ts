/** The rows behind the four subgraphs: as many and as long as in the benchmark that gateways are published with. */

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly birthday: number;
}

export interface ProductRow {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly inStock: boolean;
}

export interface ReviewRow {
  readonly id: string;
  readonly body: string;
  readonly authorId: string;
  readonly upc: string;
}

const userNames = ['Ana Keller', 'Ben Osei', 'Chae Lim', 'Dora Novak', 'Emil Berg', 'Fay Ito'];
const productNames = ['Table', 'Couch', 'Glass', 'Chair', 'Screen', 'Lamp', 'Grill', 'Fridge', 'Sofa'];
const prices = [899, 1_299, 15, 499, 1_299, 6_999, 3_999, 100_000, 9_999];
const weights = [100, 1_000, 20, 100, 1_000, 300, 2_000, 6_000, 800];
const inStock = [true, false, false, false, true, true, true, false, true];

/** Length and product of each review. */
const reviewShapes: readonly (readonly [number, number])[] = [
  [446, 1],
  [290, 1],
  [274, 1],
  [147, 1],
  [446, 2],
  [290, 2],
  [274, 2],
  [147, 2],
  [147, 3],
  [147, 4],
  [862, 4],
];

const words = 'it stands well and wears well though the left leg came loose once and was soon mended again ';

const textOf = (length: number, start: number): string =>
  words.repeat(Math.ceil((length + start) / words.length)).slice(start, start + length);

export const users: readonly UserRow[] = userNames.map((name, index) => ({
  id: `${index + 1}`,
  name,
  username: name.toLowerCase().replace(' ', '.'),
  birthday: 1_990 + index,
}));

export const products: readonly ProductRow[] = productNames.map((name, index) => ({
  upc: `${index + 1}`,
  name,
  price: prices[index] ?? 0,
  weight: weights[index] ?? 0,
  inStock: inStock[index] ?? false,
}));

/** Everything is by the first user, as in the benchmark this one is like. */
export const reviews: readonly ReviewRow[] = reviewShapes.map(([length, product], index) => ({
  id: `${index + 1}`,
  body: textOf(length, index),
  authorId: '1',
  upc: `${product}`,
}));

/** Whoever asks is shown the same two. */
export const reviewsOfUser: readonly ReviewRow[] = reviews.slice(0, 2);

export const shippingEstimate = (price: number, weight: number): number =>
  price > 1_000 ? 0 : Math.floor(weight / 2);
