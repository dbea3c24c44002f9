import { conflict, invalidInput, newId, notFound, quotaExceeded, wrongState } from '@studymate/contracts';
import type { Material, MaterialChunk, MaterialKind, Subject } from '@studymate/database/study';
import {
  type Connection,
  onceByKey,
  type PageArguments,
  parseInput,
  parsePage,
  requireViewer,
  toConnection,
} from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { MaterialPage } from '../counted-page.ts';
import { createdKeyOf } from '../keyset.ts';
import { ownOrNull, requireOwn } from '../ownership.policy.ts';
import { getSubject } from '../subject/subject.service.ts';
import { addRevision, parseText } from './revision.ts';
import { claimUpload } from './upload.service.ts';

const maxMaterials = 2_000;
const titleSchema = z.string().trim().min(1).max(200);

/** The material, or null when it does not exist or is not the viewer's. */
export const findMaterial = async (context: Context, id: string): Promise<Material | null> =>
  ownOrNull(context.viewer, await context.materials.find(id));

export const getMaterial = async (context: Context, id: string): Promise<Material> =>
  requireOwn(context.viewer, await context.materials.find(id), 'Material');

/** The material that a chunk or summary is of. */
export async function getMaterialOf(
  context: Context,
  { materialId }: { materialId: string },
): Promise<Material> {
  const material = await context.materials.find(materialId);
  if (!material) throw notFound('Material');
  return material;
}

export async function listMaterialsOf(
  context: Context,
  subject: Subject,
  page: PageArguments,
): Promise<MaterialPage> {
  const parsed = parsePage(page);
  const rows = await context.materials.listOf(subject.id, parsed);
  return { ...toConnection(rows, parsed, createdKeyOf), count: () => context.materials.countOf(subject.id) };
}

/** The chunk, or null when it does not exist or is not the viewer's. */
export const findChunk = async (context: Context, id: string): Promise<MaterialChunk | null> =>
  ownOrNull(context.viewer, await context.materials.findChunk(id));

const cursorSchema = z.string().regex(/^\d{1,9}$/);

/** The chunks of the latest revision, in order. */
export async function listChunks(
  context: Context,
  material: Material,
  page: PageArguments,
): Promise<Connection<MaterialChunk>> {
  const parsed = parsePage(page);
  if (parsed.cursor) parseInput(cursorSchema, 'after', parsed.cursor[0]);
  const rows = await context.materials.listChunks(material.id, parsed);
  return toConnection(rows, parsed, ({ index }) => [String(index)]);
}

/** The text of a revision, the latest when none is named; null when there is none such. */
export const findContent = (
  context: Context,
  material: Material,
  revision: number | null | undefined,
): Promise<string | null> => context.materials.findContent(material.id, revision ?? material.revision);

export interface NewMaterial {
  readonly subjectId: string;
  readonly title: string;
  readonly kind: MaterialKind;
  readonly content?: string | null | undefined;
  readonly uploadId?: string | null | undefined;
  readonly sourceUrl?: string | null | undefined;
  readonly idempotencyKey: string;
}

type Source = { readonly text: string } | { readonly uploadId: string } | { readonly sourceUrl: string };

const urlSchema = z.url({ protocol: /^https?$/u }).max(2_000);

function parseSource({ kind, content, uploadId, sourceUrl }: NewMaterial): Source {
  const given = [content ?? null, uploadId ?? null, sourceUrl ?? null].filter((source) => source !== null);
  if (given.length !== 1) {
    const message = 'content: exactly one of content, uploadId and sourceUrl is wanted';
    throw invalidInput(['content'], message, 'exclusive');
  }
  if ((kind === 'URL') !== Boolean(sourceUrl)) {
    throw invalidInput(['kind'], 'kind: URL goes with a sourceUrl and with nothing else', 'enum');
  }
  if (sourceUrl) return { sourceUrl: parseInput(urlSchema, 'sourceUrl', sourceUrl) };
  if (uploadId) return { uploadId };
  if (kind !== 'NOTE' && kind !== 'TRANSCRIPT') {
    throw invalidInput(['kind'], `kind: a ${kind} is uploaded`, 'enum');
  }
  return { text: parseText(content ?? '') };
}

interface MaterialPlan {
  readonly subjectId: string;
  readonly title: string;
  readonly kind: MaterialKind;
  readonly source: Source;
}

async function writeMaterial(context: Context, { source, ...plan }: MaterialPlan): Promise<Material> {
  const subject = await getSubject(context, plan.subjectId);
  const used = await context.materials.countOwnedBy(subject.ownerId);
  if (used >= maxMaterials) throw quotaExceeded('materials', { limit: maxMaterials, used });
  const upload = 'uploadId' in source ? await claimUpload(context, source.uploadId, plan.kind) : null;
  const material = await context.materials.create({
    id: newId('Material'),
    ...plan,
    ownerId: subject.ownerId,
    revision: 0,
    charCount: 0,
    ingest: 'PENDING',
    uploadId: upload?.id ?? null,
    sourceUrl: 'sourceUrl' in source ? source.sourceUrl : null,
    createdAt: context.now(),
  });
  if ('text' in source) return addRevision(context, material, source.text);
  await context.jobs.enqueue('ingestMaterial', { materialId: material.id, revision: 1 });
  return material;
}

/** Creates a material, once per key: ready at once from content, by a job from an upload or a page. */
export async function createMaterial(context: Context, input: NewMaterial): Promise<Material> {
  requireViewer(context);
  const { subjectId, kind, idempotencyKey } = input;
  const plan = {
    subjectId,
    kind,
    title: parseInput(titleSchema, 'title', input.title),
    source: parseSource(input),
  };
  return onceByKey(
    context,
    { mutation: 'createMaterial', key: idempotencyKey, body: plan },
    { run: (inner) => writeMaterial(inner, plan), replay: getMaterial },
  );
}

export interface MaterialRevisionInput {
  readonly id: string;
  readonly content: string;
  readonly expectedRevision: number;
}

/** Adds a revision; throws CONFLICT when the material is at another one, STATE while its upload is being read. */
export async function reviseMaterial(
  context: Context,
  { id, content, expectedRevision }: MaterialRevisionInput,
): Promise<Material> {
  const text = parseText(content);
  return context.transaction(async (inner) => {
    const material = await getMaterial(inner, id);
    if (material.ingest === 'PENDING' || material.ingest === 'PARSING') {
      throw wrongState('The upload is still being read.', material.ingest, ['READY', 'FAILED']);
    }
    if (material.revision !== expectedRevision) {
      throw conflict('The material has changed in the meantime.', material.revision);
    }
    return addRevision(inner, material, text);
  });
}
