// Generated from docs/openapi.json by `make documents`; changes by hand are lost.

/** A program outside. ``types``: the events it gets (none: all); ``stream_types``: those it may have over NATS. */
export interface Account {
  audience: 'admin' | 'public' | 'staff';
  calls: ('events' | 'tickets')[];
  created_at: string;
  id: string;
  last_used_at: string | null;
  name: string;
  old_token_until: string | null;
  personal: boolean;
  requests_per_minute: number;
  stream_types: string[];
  token?: string;
  types: string[];
}

/** A program outside: which events it gets (no `types`: all), how private, with personal data or not; its calls. */
export interface AccountBody {
  audience?: 'public' | 'staff' | 'admin';
  calls?: ('events' | 'tickets')[];
  name: string;
  personal?: boolean;
  requests_per_minute?: number;
  types?: string[];
}

/** One page of a list. ``next_cursor`` is ``null`` on the last one. */
export interface AccountPage {
  items: Account[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
}

/** What happened in a stretch of time: tickets opened, answered for the first time, resolved, rated. */
export interface Activity {
  answered: number;
  first_response: Spread;
  opened: number;
  resolution: Spread;
  resolved: number;
  satisfaction: Satisfaction;
}

/** Who is responsible from now on; ``null`` puts the ticket back into the queue. */
export interface AssignBody {
  assignee_id: string | null;
}

/** A file of a message: ``size`` in bytes; ``preview_url`` is ``null`` where there is nothing to preview. */
export interface Attachment {
  content_type: string;
  filename: string;
  id: string;
  preview_url: string | null;
  size: number;
  url: string;
}

/** Whom a broadcast is for; what is left out (or empty) does not matter. */
export interface AudienceBody {
  active_within_days?: number | null;
  languages?: ('ru' | 'en')[];
  roles?: Role[];
}

/** How many are meant, and how many of them can be reached in Telegram. */
export interface AudienceCount {
  count: number;
  reachable: number;
}

/** Everything that is not resolved, and how old it is. */
export interface Backlog {
  by_priority: Record<string, number>;
  by_status: Record<string, number>;
  longest_waiting_since: string | null;
  older_than_day: number;
  older_than_week: number;
  oldest_at: string | null;
  total: number;
  unassigned: number;
}

/** Whether a member is shut out, why, and until when (`null`: for good). */
export interface BlockedBody {
  blocked: boolean;
  reason?: string | null;
  until?: string | null;
}

/** One message to many: of ``total`` recipients ``delivered`` have it. */
export interface Broadcast {
  audience: BroadcastAudience;
  author: Member | null;
  created_at: string;
  delivered: number;
  failed: number;
  finished_at: string | null;
  id: string;
  skipped: number;
  status: BroadcastStatus;
  texts: Record<string, string>;
  total: number;
}

/** Whom a broadcast is for: no ``roles`` or ``languages`` mean all. */
export interface BroadcastAudience {
  active_within_days: number | null;
  languages: ('en' | 'ru')[];
  roles: Role[];
}

/** A message to many, in one language at least; each text at most 4096 UTF-16 units long. */
export interface BroadcastBody {
  audience?: AudienceBody;
  texts: Partial<Record<'ru' | 'en', string>>;
}

/** One page of a list. ``next_cursor`` is ``null`` on the last one. */
export interface BroadcastPage {
  items: Broadcast[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
}

/** Where a broadcast stands. */
export type BroadcastStatus = 'CANCELLED' | 'FINISHED' | 'RUNNING';

/** A category in full; ``order`` sorts ascending, one that is not ``active`` takes no new tickets. */
export interface Category {
  active: boolean;
  color: string;
  created_at: string;
  description: string;
  descriptions: Record<string, string>;
  icon: string;
  id: string;
  name: string;
  names: Record<string, string>;
  order: number;
  updated_at: string;
}

/** A new category. */
export interface CategoryBody {
  color?: string;
  descriptions?: Partial<Record<'ru' | 'en', string>>;
  icon?: string;
  names: Partial<Record<'ru' | 'en', string>>;
  order?: number;
}

/** A category as a ticket carries it; ``name`` is in the caller's language. */
export interface CategoryBrief {
  color: string;
  icon: string;
  id: string;
  name: string;
  names: Record<string, string>;
}

/** How many tickets a category has. */
export interface CategoryCount {
  category: CategoryBrief | null;
  tickets: number;
}

/** One page of a list. ``next_cursor`` is ``null`` on the last one. */
export interface CategoryPage {
  items: Category[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
}

/** What should change on a category; what is left out stays. ``active`` brings an archived one back. */
export interface CategoryPatch {
  active?: boolean | null;
  color?: string | null;
  descriptions?: Partial<Record<'ru' | 'en', string>> | null;
  icon?: string | null;
  names?: Partial<Record<'ru' | 'en', string>> | null;
  order?: number | null;
}

/** One field before and after. */
export interface Change {
  from: unknown;
  to: unknown;
}

/** A CloudEvent 1.0; `data` has the fields of the event that `type` names. */
export interface CloudEvent {
  actor?: string;
  audience: string;
  channel?: string;
  data: Record<string, unknown>;
  datacontenttype?: string;
  dataschema?: string;
  epoch: string;
  erased?: boolean;
  id: string;
  position: number;
  requester?: string | null;
  source: string;
  specversion: string;
  streamversion?: number;
  subject: string;
  time: string;
  traceparent?: string;
  type: string;
}

/** A durable pull consumer that tickets keeps for a program on JetStream: what to name when fetching from it. */
export interface Consumer {
  api_prefix: string;
  epoch: string;
  first: number;
  inbox_prefix: string;
  last: number;
  name: string;
  number: number;
  stream: string;
  subjects: string[];
}

/** Which of an account's events a consumer delivers (all, of one customer, one ticket, some kinds), and from where. */
export interface ConsumerBody {
  after?: number | null;
  member_id?: string | null;
  ticket_id?: string | null;
  types?: string[] | null;
}

/** How many tickets the caller can see; every status and every priority has an entry. */
export interface Counts {
  by_priority: Record<string, number>;
  by_status: Record<string, number>;
  mine: number;
  next_wake: string | null;
  snoozed: number;
  total: number;
  unassigned: number;
}

/** The desk at a glance; ``week`` is today and the six days before. */
export interface Dashboard {
  at: string;
  backlog: Backlog;
  helpers: HelperLoad[];
  today: Activity;
  tz: string;
  week: Activity;
}

/** One event for one webhook. ``event_id`` is its `webhook-id`; ``status`` and ``error`` are the last attempt's. */
export interface Delivery {
  attempted_at: string | null;
  attempts: number;
  created_at: string;
  delivered_at: string | null;
  error: string | null;
  event_id: string;
  next_at: string | null;
  position: number;
  state: 'DELIVERED' | 'PENDING';
  status: number | null;
  subject: string;
  type: string;
}

/** One page of a list. ``next_cursor`` is ``null`` on the last one. */
export interface DeliveryPage {
  items: Delivery[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
}

/** The desk: ``name`` and ``greeting`` in the caller's language, whether it is ``open`` now and when it opens next. */
export interface Desk {
  assignment?: 'automatic' | 'manual';
  auto_close_days?: number;
  bot: string | null;
  default_language: 'en' | 'ru';
  expectation: string;
  greeting: string;
  greetings: Record<string, string>;
  holidays: string[];
  hours: Opening[];
  messages_per_minute?: number;
  name: string;
  names: Record<string, string>;
  open: boolean;
  opens_at: string | null;
  reminder_hours?: number;
  retention_days?: number;
  tickets_per_hour?: number;
  time_zone: string;
}

/** The code behind the `#` of a link that the bot gave to somebody of the staff. */
export interface DeskCode {
  code: string;
}

/** What should change about the desk; what is left out stays. Numbers of 0 mean: not at all. */
export interface DeskPatch {
  assignment?: 'manual' | 'automatic' | null;
  auto_close_days?: number | null;
  default_language?: 'ru' | 'en' | null;
  greetings?: Partial<Record<'ru' | 'en', string>> | null;
  holidays?: string[] | null;
  hours?: OpeningBody[] | null;
  messages_per_minute?: number | null;
  names?: Partial<Record<'ru' | 'en', string>> | null;
  reminder_hours?: number | null;
  retention_days?: number | null;
  tickets_per_hour?: number | null;
  time_zone?: string | null;
}

/** One's own duty: for which ``categories`` (none: all), with how many open tickets; ``staff`` is who is on duty. */
export interface Duty {
  categories: string[];
  on_duty: boolean;
  open_tickets: number;
  passed_on: number;
  since: string | null;
  staff: Member[];
}

/** Whether one takes new tickets, and of which categories (`[]`: all; left out: as last time). */
export interface DutyBody {
  categories?: string[] | null;
  hand_over_to?: string | null;
  on_duty: boolean;
  open_tickets?: 'keep' | 'return';
}

/** Events the caller may hear; go on with `after=position` until it is `head`. */
export interface EventPage {
  epoch: string;
  head: number;
  items: CloudEvent[];
  position: number;
}

/** A ticket with its public conversation, for the person it belongs to. */
export interface ExportedTicket {
  messages: Message[];
  ticket: Ticket;
}

/** How a set of tickets did, as they are now. */
export interface Figures {
  backlog_age: Spread;
  first_response: Spread;
  open: number;
  reopen_rate: number | null;
  reopened: number;
  resolution: Spread;
  resolved: number;
  satisfaction: Satisfaction;
  tickets: number;
}

/** The figures of one group; ``key`` is what its tickets have in common, ``null`` for those that have none of it. */
export interface FiguresOf {
  figures: Figures;
  key: string | null;
}

/** The answer to a sign-in. */
export interface FirstTokens {
  access_token: string;
  expires_in: number;
  refresh_token: string;
  token_type: string;
  user: SignedInMember;
}

/** How one member of staff did. */
export interface HelperFigures {
  assigned: number;
  first_response: Spread;
  member: Member | null;
  open: number;
  resolution: Spread;
  satisfaction: Satisfaction;
}

/** What is on one member's table; ``waiting_for_us`` of it waits for staff, not for the customer. */
export interface HelperLoad {
  member: Member;
  open: number;
  resolution: Spread;
  resolved_this_week: number;
  waiting_for_us: number;
}

/** One thing that happened to a ticket; ``text`` is one readable line in the caller's language. */
export interface HistoryItem {
  actor: Member | null;
  at: string;
  changes: Record<string, Change>;
  channel: 'api' | 'app' | 'bot' | 'system';
  position: number;
  text: string;
  type: string;
  version: number;
}

/** One page of a list. ``next_cursor`` is ``null`` on the last one. */
export interface HistoryItemPage {
  items: HistoryItem[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
}

/** What Telegram hands to a Mini App (`window.Telegram.WebApp.initData`), as it is. */
export interface InitData {
  init_data: string;
}

/** A link that lets one person be of the staff; ``token``, its secret, is only in the answer that made it. */
export interface Invite {
  created_at: string;
  expires_at: string;
  id: string;
  inviter: Member | null;
  role: Role;
  token?: string;
}

/** The role that whoever opens the link gets. */
export interface InviteBody {
  role: Role;
}

/** One page of a list. ``next_cursor`` is ``null`` on the last one. */
export interface InvitePage {
  items: Invite[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
}

/** The same in one's list; ``ticket_title`` is what the ticket is called now, if one may (still) see it. */
export interface ListedNotification {
  actor_id: string | null;
  created_at: string;
  id: string;
  kind: string;
  read_at: string | null;
  text: string;
  ticket_id: string | null;
  ticket_number: number | null;
  ticket_title: string | null;
}

/** A member as they see themselves: all of `Member` and what they chose. */
export interface Me {
  blocked: boolean;
  first_name: string | null;
  id: string;
  language: 'en' | 'ru';
  last_name: string | null;
  preferences: Record<string, boolean>;
  reachable: boolean;
  role: Role;
  telegram_id: number | null;
  username: string | null;
}

/** What a member chooses for themself; preferences that are left out stay. */
export interface MePatch {
  language?: 'ru' | 'en' | null;
  preferences?: { answers?: boolean; 'answers.app'?: boolean; 'answers.telegram'?: boolean; assigned?: boolean; 'assigned.app'?: boolean; 'assigned.telegram'?: boolean; closed?: boolean; 'closed.app'?: boolean; 'closed.telegram'?: boolean; new_tickets?: boolean; 'new_tickets.app'?: boolean; 'new_tickets.telegram'?: boolean; status?: boolean; 'status.app'?: boolean; 'status.telegram'?: boolean } | null;
}

/** A person. Names read as ``null`` once the person was erased; a customer never sees how to reach staff. */
export interface Member {
  blocked: boolean;
  first_name: string | null;
  id: string;
  language: 'en' | 'ru';
  last_name: string | null;
  reachable: boolean;
  role: Role;
  telegram_id?: number | null;
  username: string | null;
}

/** Everything kept about a person that is theirs to have: no note of staff is in it. */
export interface MemberExport {
  joined_at: string;
  member: Me;
  messages_elsewhere: Message[];
  read_markers: ReadMarker[];
  tickets: ExportedTicket[];
}

/** One page of a list. ``next_cursor`` is ``null`` on the last one. */
export interface MemberPage {
  items: Member[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
}

/** The ticket in which another goes on: its id or number. */
export interface MergeBody {
  into: string;
}

/** One message or note. A deleted one stays as a mark: ``deleted_at`` set, no content, no attachments. */
export interface Message {
  attachments: Attachment[];
  content: string | null;
  created_at: string;
  deleted_at: string | null;
  edited_at: string | null;
  id: string;
  is_internal: boolean;
  reply_to: string | null;
  ticket_id: string;
  user: Member | null;
  version: number;
}

/** A new message; ``is_internal`` makes it a note that only staff see. */
export interface MessageBody {
  attachments?: string[];
  content: string;
  is_internal?: boolean;
  reply_to?: string | null;
}

/** One page of a list. ``next_cursor`` is ``null`` on the last one. */
export interface MessagePage {
  items: Message[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
}

/** The new text of a message. */
export interface MessagePatch {
  content: string;
}

/** The ticket a message belongs to: its id or number. */
export interface MoveBody {
  to: string;
}

/** One page of notifications, newest first, and how many are ``unread`` in all. Both are counted to 1000. */
export interface NotificationList {
  items: ListedNotification[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
  unread: number;
}

/** What was read: these, those about one ticket, or (neither) everything. */
export interface NotificationsReadBody {
  ids?: string[] | null;
  ticket_id?: string | null;
}

/** One stretch of a day on which the desk is open: wall-clock times, ``09:00`` to ``18:00`` (at most ``24:00``). */
export interface Opening {
  closes: string;
  day: 'FRI' | 'MON' | 'SAT' | 'SUN' | 'THU' | 'TUE' | 'WED';
  opens: string;
}

/** A stretch of a day on which the desk is open, by its own clock; `24:00` closes at midnight. */
export interface OpeningBody {
  closes: string;
  day: 'MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN';
  opens: string;
}

/** How urgent a ticket is. */
export type Priority = 'CRITICAL' | 'HIGH' | 'LOW' | 'NORMAL';

/** RFC 9457. `code` is stable and one of a closed list; `detail` is in the caller's language. */
export interface Problem {
  code: 'account_revoked' | 'already_assigned' | 'already_rated' | 'bad_request' | 'bad_transition' | 'blocked' | 'broadcast_ended' | 'category_archived' | 'conflict' | 'desk_code_invalid' | 'epoch_changed' | 'forbidden' | 'headers_too_large' | 'init_data_expired' | 'init_data_invalid' | 'init_data_overused' | 'internal' | 'invalid' | 'key_reused' | 'last_admin' | 'malformed_json' | 'method_not_allowed' | 'not_found' | 'not_merged' | 'not_resolved' | 'out_of_scope' | 'overloaded' | 'range_not_satisfiable' | 'rate_limited' | 'session_ended' | 'ticket_closed' | 'ticket_merged' | 'token_expired' | 'token_replaced' | 'too_large' | 'unauthorized' | 'unavailable' | 'unknown_event' | 'unsupported_media_type' | 'upstream_failed' | 'upstream_timeout' | 'version_conflict';
  detail: string;
  errors?: ({ code: string; detail: string; field: string })[];
  status: number;
  title: string;
  type: string;
}

/** How well the question was answered: 1 (badly) to 5 (well). */
export interface RateBody {
  comment?: string | null;
  score: number;
}

/** Whether the bot's messages reach a member (or may be sent to them). */
export interface ReachableBody {
  reachable: boolean;
}

/** How far somebody has read: up to and including this version of the ticket; without one, all there is. */
export interface ReadBody {
  version?: number | null;
}

/** How far somebody has read a ticket: up to and including this version. */
export interface ReadMarker {
  read_at: string;
  ticket_id: string;
  version: number;
}

/** Why something is done. */
export interface ReasonBody {
  reason?: string | null;
}

/** The newest refresh token of a session. */
export interface RefreshToken {
  refresh_token: string;
}

/** The ticket a template should be filled in for: its id or number. */
export interface RenderBody {
  ticket: string;
}

/** A template filled in for one ticket, in the ``language`` of its requester. */
export interface Rendered {
  content: string;
  language: 'en' | 'ru';
}

/** What a member may do; each may all that the one before may. */
export type Role = 'ADMIN' | 'DEVELOPER' | 'HELPER' | 'MODERATOR' | 'USER';

/** What a member may do from now on. */
export interface RoleBody {
  role: Role;
}

/** Whether the token or secret of before ends `now`; otherwise it works for 24 hours more. */
export interface RotateBody {
  now?: boolean;
}

/** What those who rated gave, 1 to 5; a ticket's last rating counts. */
export interface Satisfaction {
  average: number | null;
  by_score: Record<string, number>;
  count: number;
}

/** Every session of the caller, the last used first. */
export interface SessionList {
  items: SessionShape[];
  next_cursor?: string | null;
  page: number;
  pages: number;
  size: number;
  total: number;
}

/** One of the caller's sessions. */
export interface SessionShape {
  client: string;
  created_at: string;
  current: boolean;
  id: string;
  used_at: string;
}

/** The member who signed in. */
export interface SignedInMember {
  first_name?: string | null;
  id: string;
  language: string;
  last_name?: string | null;
  role: string;
  username?: string | null;
}

/** Until when a ticket shall stay out of one's own queue. */
export interface SnoozeBody {
  until: string;
}

/** How long something took: over ``count`` tickets, in whole seconds; ``null`` where there was none. */
export interface Spread {
  count: number;
  median_s: number | null;
  p90_s: number | null;
}

/** Where a ticket stands. */
export type Status = 'CLOSED' | 'IN_PROGRESS' | 'OPEN' | 'RESOLVED' | 'WAITING_RESPONSE';

/** The status a ticket should move to, and why. */
export interface StatusBody {
  reason?: string | null;
  status: Status;
}

/** An answer that staff need not write anew; ``text`` is in the caller's language; no ``category_ids``: all. */
export interface Template {
  category_ids: string[];
  created_at: string;
  id: string;
  name: string;
  order: number;
  text: string;
  texts: Record<string, string>;
  updated_at: string;
}

/** A new template; no `category_ids` mean that it is offered under all. */
export interface TemplateBody {
  category_ids?: string[];
  name: string;
  order?: number;
  texts: Partial<Record<'ru' | 'en', string>>;
}

/** One page of a list. ``next_cursor`` is ``null`` on the last one. */
export interface TemplatePage {
  items: Template[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
}

/** What should change about a template; what is left out stays. */
export interface TemplatePatch {
  category_ids?: string[] | null;
  name?: string | null;
  order?: number | null;
  texts?: Partial<Record<'ru' | 'en', string>> | null;
}

/** A ticket as lists and the detail call show it. */
export interface Ticket {
  assigned_to: Member | null;
  attachments: Attachment[];
  category: CategoryBrief | null;
  closed_at: string | null;
  created_at: string;
  description: string | null;
  id: string;
  last_message_at: string | null;
  linked_to: string | null;
  merged_into: string | null;
  messages_count: number;
  number: number;
  priority: Priority;
  rating: number | null;
  read_to: number;
  resolved_at: string | null;
  snoozed_until: string | null;
  status: Status;
  tags: string[];
  title: string | null;
  unread_count: number;
  updated_at: string;
  user: Member | null;
  version: number;
  waiting_since: string | null;
}

/** A new ticket. */
export interface TicketBody {
  attachments?: string[];
  category_id: string;
  description?: string;
  priority?: Priority;
  telegram_id?: number | null;
  title: string;
}

/** One page of a list. ``next_cursor`` is ``null`` on the last one. */
export interface TicketPage {
  items: Ticket[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
}

/** What should change on a ticket; what is left out stays. */
export interface TicketPatch {
  category_id?: string | null;
  priority?: Priority | null;
  tags?: string[] | null;
  title?: string | null;
}

/** The tickets opened from ``from`` up to and not including ``to``; days and hours are those of ``tz``. */
export interface TicketStatistics {
  by_category: CategoryCount[];
  by_day: Record<string, number>;
  by_hour: Record<string, number>;
  by_priority: Record<string, number>;
  by_status: Record<string, number>;
  from: string;
  group: string | null;
  groups: FiguresOf[];
  helpers: HelperFigures[];
  to: string;
  total: Figures;
  tz: string;
}

/** A way in: an access token for the next ``expires_in`` seconds and a refresh token for the time after. */
export interface Tokens {
  access_token: string;
  expires_in: number;
  refresh_token: string;
  token_type: string;
}

/** An address that events are sent to. ``types``: the events it gets (none: all); ``pending``: how many it is owed. */
export interface Webhook {
  active: boolean;
  audience: 'admin' | 'public' | 'staff';
  created_at: string;
  id: string;
  last_delivered_at: string | null;
  name: string;
  old_secret_until: string | null;
  pending: number;
  personal: boolean;
  secret?: string;
  stopped_because: string | null;
  types: string[];
  updated_at: string;
  url: string;
}

/** A new webhook: where to, which events (no `types`: all), how private, with personal data or not. */
export interface WebhookBody {
  audience?: 'public' | 'staff' | 'admin';
  name: string;
  personal?: boolean;
  types?: string[];
  url: string;
}

/** One page of a list. ``next_cursor`` is ``null`` on the last one. */
export interface WebhookPage {
  items: Webhook[];
  next_cursor: string | null;
  page: number;
  pages: number;
  prev_cursor: string | null;
  size: number;
  total: number;
  total_is_exact: boolean;
}

/** What should change about a webhook; what is left out stays. */
export interface WebhookPatch {
  active?: boolean | null;
  audience?: 'public' | 'staff' | 'admin' | null;
  name?: string | null;
  personal?: boolean | null;
  types?: string[] | null;
  url?: string | null;
}
