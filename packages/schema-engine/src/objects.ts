/** Whether a thrown or foreign value has properties; unlike `instanceof`, also for values of another realm. */
export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
