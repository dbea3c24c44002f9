interface FaultDetails {
  readonly type: 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error';
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
}

/** A refusal in Stripe's own shape; the server answers it as `{ error: { type, code, message, param } }`. */
export class StripeFault extends Error {
  override readonly name = 'StripeFault';
  readonly status: number;
  readonly details: FaultDetails;

  constructor(status: number, message: string, details: FaultDetails) {
    super(message);
    this.status = status;
    this.details = details;
  }

  get body() {
    return { error: { ...this.details, message: this.message } };
  }
}

export const badRequest = (message: string, param?: string, code = 'parameter_invalid') =>
  new StripeFault(400, message, { type: 'invalid_request_error', code, ...(param ? { param } : {}) });

export const missing = (object: string, id: string) =>
  new StripeFault(404, `No such ${object}: '${id}'`, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    param: 'id',
  });

export const cardDeclined = () =>
  new StripeFault(402, 'Your card was declined.', {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'generic_decline',
  });
