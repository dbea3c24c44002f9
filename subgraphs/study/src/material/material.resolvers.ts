import type { Resolvers } from '../__generated__/resolvers.ts';
import { getSubjectOf } from '../subject/subject.service.ts';
import {
  createMaterial,
  findChunk,
  findContent,
  findMaterial,
  getMaterialOf,
  listChunks,
  listMaterialsOf,
  reviseMaterial,
} from './material.service.ts';
import { createUpload } from './upload.service.ts';

export const materialResolvers = {
  Mutation: {
    createUpload: (_root, input, context) => createUpload(context, input),
    createMaterial: (_root, input, context) => createMaterial(context, input),
    reviseMaterial: (_root, input, context) => reviseMaterial(context, input),
  },
  Subject: {
    materials: (subject, page, context) => listMaterialsOf(context, subject, page),
  },
  Material: {
    __resolveReference: ({ id }, context) => findMaterial(context, id),
    subject: (material, _args, context) => getSubjectOf(context, material),
    content: (material, { revision }, context) => findContent(context, material, revision),
    chunks: (material, page, context) => listChunks(context, material, page),
    summaries: (material, _args, context) => context.summaries.ofMaterial(material.id),
    uploadedAt: (material) => material.createdAt,
  },
  MaterialChunk: {
    __resolveReference: ({ id }, context) => findChunk(context, id),
    material: (chunk, _args, context) => getMaterialOf(context, chunk),
  },
} satisfies Resolvers;
