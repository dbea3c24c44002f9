import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BlockList } from 'node:net';
import { z } from 'zod';
import { addNetwork, holds } from './address-networks.ts';
import type { FindPlace, Place } from './address-places.ts';

const countrySchema = z
  .string()
  .length(2)
  .transform((code) => code.toUpperCase());

const latitudeSchema = z.number().min(-90).max(90).optional();
const longitudeSchema = z.number().min(-180).max(180).optional();

/** A country, or a point in one with the radius around it. */
const overrideSchema = z.union([
  countrySchema.transform((country) => ({ country })),
  z
    .object({
      country: countrySchema,
      latitude: latitudeSchema,
      longitude: longitudeSchema,
      lat: latitudeSchema,
      lon: longitudeSchema,
      radiusKm: z.number().positive().optional(),
    })
    .transform(({ country, latitude, longitude, lat = latitude, lon = longitude, radiusKm }) => ({
      country,
      latitude: lat,
      longitude: lon,
      radiusKm,
    })),
  z.null(),
]);

type Override = Exclude<z.output<typeof overrideSchema>, null>;

const fileSchema = z.record(z.string(), overrideSchema);

const numberIn = (text: string | undefined): number | undefined =>
  text === undefined || text.trim() === '' ? undefined : Number(text);

/** Lines `network,country` or `network,country,latitude,longitude`, as the JSON form has them. */
const readLines = (text: string): Record<string, unknown> =>
  Object.fromEntries(
    text
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim())
      .filter((line) => line !== '')
      .map((line) => line.split(',').map((part) => part.trim()))
      .map(([network = '', country, latitude, longitude]) => [
        network,
        { country, latitude: numberIn(latitude), longitude: numberIn(longitude) },
      ]),
  );

const countriesSchema = z.array(
  z.object({ cca2: z.string(), latlng: z.tuple([z.number(), z.number()]), area: z.number() }),
);

type Countries = z.output<typeof countriesSchema>;

let countries: Countries | null = null;

function listCountries(): Countries {
  const path = createRequire(import.meta.url).resolve('world-countries/countries.json');
  countries ??= countriesSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return countries;
}

/** A country's middle, with the radius of a circle of its area. */
function middleOf(code: string): Place | null {
  const country = listCountries().find(({ cca2 }) => cca2 === code);
  if (!country) return null;
  const [latitude, longitude] = country.latlng;
  return { country: code, latitude, longitude, radiusKm: Math.max(1, Math.sqrt(country.area / Math.PI)) };
}

const townRadiusKm = 100;

function placeOf(override: Override): Place | null {
  const { country } = override;
  if (!('latitude' in override)) return middleOf(country);
  const { latitude, longitude, radiusKm = townRadiusKm } = override;
  if (latitude === undefined || longitude === undefined) return middleOf(country);
  return { country, latitude, longitude, radiusKm };
}

/**
 * Where an operator says that networks are: JSON, by address or subnet a country (`"CH"`), a point
 * (`{"country", "latitude", "longitude", "radiusKm"}`) or null for nowhere; or lines `network,country,latitude,longitude`.
 * The first that holds counts. Answers undefined for an address that it says nothing of.
 */
export function parsePlaceOverrides(text: string): (address: string) => ReturnType<FindPlace> | undefined {
  const written: unknown = text.trimStart().startsWith('{') ? JSON.parse(text) : readLines(text);
  const entries = Object.entries(fileSchema.parse(written)).map(([network, override]) => {
    const list = new BlockList();
    addNetwork(list, network);
    return { list, place: override === null ? null : placeOf(override) };
  });
  return (address) => entries.find(({ list }) => holds(list, address))?.place;
}
