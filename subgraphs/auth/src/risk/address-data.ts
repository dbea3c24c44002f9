import type { Logger } from '@studymate/runtime';
import { z } from 'zod';
import { holds, parseNetworks } from './address-networks.ts';
import { type FindPlace, openPlaces, type Place, placeFilesOf } from './address-places.ts';
import { readHostingNetworks } from './hosting-networks.ts';
import { plainAddress } from './origin.ts';
import { parsePlaceOverrides } from './place-overrides.ts';
import { watchFile } from './watched-file.ts';

/** What is known of an address, whoever uses it. */
export interface AddressFacts {
  /** Null where nobody knows: private addresses, and those that the data does not have. */
  readonly place: Place | null;
  /** It rents out machines rather than connects people. */
  readonly isHosting: boolean;
  /** The operator's list names it. */
  readonly isDenylisted: boolean;
}

export interface AddressData {
  describe(ipAddress: string | null): AddressFacts;
  /** False while no address can be placed: sensitive operations then take a second factor. */
  readonly knowsPlaces: boolean;
}

const nothingKnown: AddressFacts = { place: null, isHosting: false, isDenylisted: false };

/** For processes that are asked by nobody: a worker's, a seed's. */
export const noAddressData: AddressData = { describe: () => nothingKnown, knowsPlaces: false };

export interface AddressSources {
  /** Null: no database of places could be read. */
  readonly findPlace: FindPlace | null;
  readonly findOverride?: (address: string) => Place | null | undefined;
  readonly isHosting?: (address: string) => boolean;
  readonly isDenylisted?: (address: string) => boolean;
}

export const createAddressData = (sources: AddressSources): AddressData => ({
  knowsPlaces: sources.findPlace !== null,
  describe: (ipAddress) => {
    if (ipAddress === null) return nothingKnown;
    const address = plainAddress(ipAddress);
    const override = sources.findOverride?.(address);
    return {
      place: override === undefined ? (sources.findPlace?.(address) ?? null) : override,
      isHosting: sources.isHosting?.(address) ?? false,
      isDenylisted: sources.isDenylisted?.(address) ?? false,
    };
  },
});

const environmentSchema = z.object({
  GEO_DATABASE_FILE: z.string().min(1).optional(),
  GEO_OVERRIDES_FILE: z.string().min(1).optional(),
  IP_DENYLIST_FILE: z.string().min(1).optional(),
});

/**
 * Opens what is known of addresses, once for a process: some 50 MB. Without a database of places the service goes on,
 * more careful; a list of the operator's that cannot be read ends the start, since it was meant to count.
 */
export async function openAddressData(env: NodeJS.ProcessEnv, logger: Logger): Promise<AddressData> {
  const files = environmentSchema.parse(env);
  const findPlace = await openPlaces(placeFilesOf(files.GEO_DATABASE_FILE)).catch((error: unknown) => {
    logger.error(
      { reason: String(error) },
      'no address can be placed: sensitive operations take a second factor',
    );
    return null;
  });
  const overrides =
    files.GEO_OVERRIDES_FILE === undefined
      ? null
      : watchFile({ path: files.GEO_OVERRIDES_FILE, parse: parsePlaceOverrides, logger });
  const denylist =
    files.IP_DENYLIST_FILE === undefined
      ? null
      : watchFile({ path: files.IP_DENYLIST_FILE, parse: parseNetworks, logger });
  return createAddressData({
    findPlace,
    isHosting: readHostingNetworks(),
    ...(overrides && { findOverride: (address) => overrides()(address) }),
    ...(denylist && { isDenylisted: (address) => holds(denylist(), address) }),
  });
}
