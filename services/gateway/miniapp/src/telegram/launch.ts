// Pure: what Telegram wrote behind the # when it opened the app. Read leniently: the SDK's own reader refuses launches
// from apps that do not sign for third parties yet (no `signature`), and those people want help too.

export interface LaunchParams {
  version: string;
  platform: string;
  /** Signed proof of who opened the app; `null` when it was opened from a keyboard button. */
  initData: string | null;
  theme: Record<string, string>;
  userId: string | null;
  languageCode: string | undefined;
  /** Whether the bot may write to them already. */
  letsWrite: boolean;
  /** `ticket_1042` from a `startapp` link. */
  startParam: string | undefined;
}

/** `null` when this is no launch by Telegram. Nothing in it is trusted: only the server checks the proof. */
export function readLaunch(hash: string): LaunchParams | null {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const version = params.get('tgWebAppVersion');
  const platform = params.get('tgWebAppPlatform');
  if (version === null || platform === null) return null;
  const initData = params.get('tgWebAppData') || null;
  const data = new URLSearchParams(initData ?? '');
  const user = objectOf(data.get('user'));
  return {
    version,
    platform,
    initData,
    theme: Object.fromEntries(Object.entries(objectOf(params.get('tgWebAppThemeParams'))).map(([name, color]) => [name, String(color)])),
    userId: user['id'] === undefined ? null : String(user['id']),
    languageCode: typeof user['language_code'] === 'string' ? user['language_code'] : undefined,
    letsWrite: user['allows_write_to_pm'] === true,
    startParam: params.get('tgWebAppStartParam') ?? data.get('start_param') ?? undefined,
  };
}

/** The code in `#desk=…`, a link that the bot gave to somebody of the staff; works once, for a minute. */
export function readDeskCode(hash: string): string | null {
  return /^#desk=([\w-]{1,64})$/.exec(hash)?.[1] ?? null;
}

function objectOf(json: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
