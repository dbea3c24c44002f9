import { type HttpResponse, json } from '@studymate/runtime';
import { z } from 'zod';

/** A message of JSON-RPC 2.0; without an id it is a notification, without a method an answer of the client's. */
export const messageSchema = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});

export type Message = z.output<typeof messageSchema>;

export const errorCodes = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
} as const;

/** What the caller of a method did wrong. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const resultOf = (id: string | number, result: unknown): HttpResponse =>
  json(200, { jsonrpc: '2.0', id, result });

export const errorOf = (status: number, id: string | number | null, error: RpcError): HttpResponse =>
  json(status, { jsonrpc: '2.0', id, error: { code: error.code, message: error.message } });
