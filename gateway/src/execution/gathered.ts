/** An object of a subgraph's answer. Never trusted to hold what the schema says. */
export type DataObject = { [key: string]: unknown };

export const isDataObject = (value: unknown): value is DataObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own property only, so that nothing is read off Object.prototype. */
export const ownValue = (object: DataObject, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const isMergeable = (value: unknown): value is DataObject | unknown[] =>
  typeof value === 'object' && value !== null;

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  source.forEach((item, index) => {
    const current = target[index];
    if (isMergeable(current) && isMergeable(item)) mergeInto(current, item);
    else target[index] = item;
  });
}

/**
 * Adds a subgraph's answer to what is gathered: objects key by key, lists item by item, the newer value winning
 * elsewhere. `__proto__` is never a key of ours and is left out.
 */
export function mergeInto(target: DataObject | unknown[], source: DataObject | readonly unknown[]): void {
  if (target === source) return;
  if (Array.isArray(source)) {
    if (Array.isArray(target)) mergeLists(target, source);
    return;
  }
  if (Array.isArray(target) || Array.isArray(source)) return;
  const from = source as DataObject;
  for (const key of Object.keys(from)) {
    if (key === '__proto__') continue;
    const value = from[key];
    const current = ownValue(target, key);
    if (isMergeable(current) && isMergeable(value) && Array.isArray(current) === Array.isArray(value)) {
      mergeInto(current, value);
    } else {
      target[key] = value;
    }
  }
}

/** A copy that shares no object with the original. */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isDataObject(value)) return value;
  const copy: DataObject = {};
  for (const key of Object.keys(value)) if (key !== '__proto__') copy[key] = copyOf(value[key]);
  return copy;
}

const absent = new WeakSet<DataObject>();

/** Notes that a subgraph does not know the entity, or not for this viewer, and said so without an error. */
export function markAbsent(entity: DataObject): void {
  absent.add(entity);
}

export const isAbsent = (entity: DataObject): boolean => absent.has(entity);
