import { notFound } from '@studymate/contracts';
import type { DeviceToken } from '@studymate/database/notification';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { MutationRegisterDeviceArgs } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { MarkedRead } from '../notification/notification.service.ts';
import { canUseDevice } from './device.policy.ts';

const maxDevicesPerLearner = 20;
const tokenSchema = z.string().trim().min(8).max(4_096);
const labelSchema = z.string().trim().min(1).max(80).nullable();

/** The device, or null when it does not exist or is not the viewer's. */
export async function findDevice(context: Context, id: string): Promise<DeviceToken | null> {
  const device = await context.devices.find(id);
  return device && canUseDevice(context.viewer, device) ? device : null;
}

export const listDevices = (context: Context, userId: string): Promise<DeviceToken[]> =>
  context.devices.ofUser(userId, maxDevicesPerLearner);

/** Registers a device for the viewer; beyond 20 the one seen longest ago is forgotten. */
export function registerDevice(context: Context, args: MutationRegisterDeviceArgs): Promise<DeviceToken> {
  const { id: userId } = requireViewer(context);
  const token = parseInput(tokenSchema, 'token', args.token);
  const label = parseInput(labelSchema, 'label', args.label ?? null);
  return context.transaction(async (inner) => {
    const registration = { userId, platform: args.platform, token, label, lastSeenAt: inner.now() };
    const device = await inner.devices.register(registration);
    await inner.devices.prune(userId, maxDevicesPerLearner);
    return device;
  });
}

/** Forgets a device of the viewer. */
export async function unregisterDevice(context: Context, id: string): Promise<MarkedRead> {
  const device = await findDevice(context, id);
  if (!device) throw notFound('DeviceToken');
  await context.devices.delete(id);
  return { userId: device.userId, updated: [] };
}
