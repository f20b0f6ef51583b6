export interface FieldProblem {
  field: string;
  code: string;
  detail: string;
}

/** A call that did not work: `code` is the server's stable code, or `offline` when no answer came at all. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    readonly fields: FieldProblem[] = [],
    readonly retryAfter: number | null = null,
  ) {
    super(`${code} (${status})`);
  }

  /** Whether the command may have been carried out all the same: only the same key again can tell. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const told = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const after = Number(response.headers.get('Retry-After'));
  return new Problem(
    typeof told['code'] === 'string' ? told['code'] : 'internal',
    response.status,
    typeof told['detail'] === 'string' ? told['detail'] : '',
    Array.isArray(told['errors']) ? (told['errors'] as FieldProblem[]) : [],
    Number.isFinite(after) && after > 0 ? after : null,
  );
}
