export * from './connection.ts';
export * from './consumer.ts';
export * from './delivery.ts';
export * from './forget-mentions.ts';
export * from './inspection.ts';
export * from './names.ts';
export * from './publisher.ts';
