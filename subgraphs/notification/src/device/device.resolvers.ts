import type { Resolvers } from '../__generated__/resolvers.ts';
import { findDevice, listDevices, registerDevice, unregisterDevice } from './device.service.ts';

export const deviceResolvers = {
  Mutation: {
    registerDevice: (_root, args, context) => registerDevice(context, args),
    unregisterDevice: (_root, { id }, context) => unregisterDevice(context, id),
  },
  User: {
    devices: ({ id }, _args, context) => listDevices(context, id),
  },
  DeviceToken: {
    __resolveReference: ({ id }, context) => findDevice(context, id),
  },
} satisfies Resolvers;
