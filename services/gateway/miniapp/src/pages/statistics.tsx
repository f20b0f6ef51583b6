import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { dashboard, statistics } from '../api/desk';
import type * as api from '../api/schema';
import { atLeast, type Activity, type Dashboard, type TicketStatistics } from '../api/types';
import { language, t } from '../i18n';
import { dayShort, duration } from '../i18n/span';
import { useAsked } from '../store/asked';
import { me } from '../store/core';
import { openPerson } from '../store/route';
import { Avatar, categoryName, CategoryIcon, fullName } from '../ui/avatar';
import { Bars, Share, type Bar } from '../ui/charts';
import { Cell, Section, Segmented } from '../ui/controls';
import { Waiting } from '../ui/waiting';

/** How the desk does: today, this week, and for moderators over any longer time. */
export function Statistics(): JSX.Element {
  const asked = useAsked(dashboard, []);
  const self = me.value;
  return (
    <>
      <Waiting asked={asked}>{asked.value === null ? null : <AtAGlance now={asked.value} />}</Waiting>
      {self !== null && atLeast(self, 'MODERATOR') ? <Period /> : null}
    </>
  );
}

function AtAGlance({ now }: { now: Dashboard }): JSX.Element {
  const { backlog, helpers } = now;
  return (
    <>
      <Section title={t('stats.today')}>
        <Figures of={now.today} />
      </Section>
      <Section title={t('stats.week')}>
        <Figures of={now.week} />
      </Section>
      <Section title={t('stats.backlog')}>
        <dl class="tiles">
          <Tile name={t('stats.backlog')} value={backlog.total} />
          <Tile name={t('stats.unassigned')} value={backlog.unassigned} />
          <Tile name={t('stats.old')} value={backlog.older_than_day} />
        </dl>
      </Section>
      {helpers.length === 0 ? null : (
        <Section title={t('stats.helpers')}>
          {helpers.map(({ member, open, waiting_for_us: waiting, resolved_this_week: resolved }) => (
            <Cell
              key={member.id}
              icon={<Avatar member={member} />}
              text={<span dir="auto">{fullName(member)}</span>}
              hint={t('stats.helper', { open, waiting, resolved })}
              onPress={() => openPerson(member.id)}
            />
          ))}
        </Section>
      )}
    </>
  );
}

function Figures({ of: { opened, resolved, first_response: first, resolution, satisfaction } }: { of: Omit<Activity, 'answered'> }): JSX.Element {
  return (
    <dl class="tiles">
      <Tile name={t('stats.opened')} value={opened} />
      <Tile name={t('stats.resolved')} value={resolved} />
      <Tile name={t('stats.first')} value={first.median_s === null ? null : duration(first.median_s)} />
      <Tile name={t('stats.resolution')} value={resolution.median_s === null ? null : duration(resolution.median_s)} />
      <Tile name={t('stats.satisfaction')} value={satisfaction.average === null ? null : score(satisfaction.average)} />
    </dl>
  );
}

function score(average: number): string {
  return `${new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 }).format(average)} ★`;
}

function Tile({ name, value }: { name: string; value: string | number | null }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={value === null ? 'none' : ''}>{value ?? t('stats.none')}</dd>
    </div>
  );
}

const PERIODS = ['7', '30', '90'] as const;
const DAY_MS = 86_400_000;

function Period(): JSX.Element {
  const days = useSignal<(typeof PERIODS)[number]>('30');
  const span = daysUntil(Date.now(), Number(days.value));
  const from = span[0] ?? '';
  const asked = useAsked(() => statistics(from), [from]);
  return (
    <>
      <Segmented<(typeof PERIODS)[number]>
        label={t('stats.period')}
        options={PERIODS.map((value) => ({ value, text: t('stats.days', { count: Number(value) }) }))}
        value={days.value}
        onChoose={(chosen) => (days.value = chosen)}
      />
      <Waiting asked={asked}>{asked.value === null ? null : <Charts of={asked.value} span={span} />}</Waiting>
    </>
  );
}

/** So many days, the last of them now's. */
function daysUntil(now: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => new Date(now - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10));
}

function Charts({ of, span }: { of: TicketStatistics; span: string[] }): JSX.Element {
  const { total, by_day: byDay, by_category: byCategory, by_hour: byHour, helpers } = of;
  const days = [...new Set([...span, ...Object.keys(byDay)])].sort(); // the desk's own days may begin earlier than ours
  const figures = new Map(of.groups.map((each) => [each.key, each.figures]));
  const daily = (value: (each: api.Figures) => number | null, said: (value: number) => string): Bar[] =>
    days.map((day) => {
      const each = figures.get(day);
      const found = each === undefined ? null : value(each);
      return { label: dayShort(day), value: found ?? 0, ...(found === null ? {} : { said: said(found) }) };
    });
  const hours = Array.from({ length: 24 }, (_, hour) => ({ label: `${hour}:00`, value: byHour[String(hour).padStart(2, '0')] ?? 0 }));
  return (
    <>
      <Section>
        <Figures of={{ ...total, opened: total.tickets }} />
      </Section>
      <Chart title={t('stats.byDay')} bars={days.map((day) => ({ label: dayShort(day), value: byDay[day] ?? 0 }))} />
      <Chart title={t('stats.firstByDay')} bars={daily(({ first_response: { median_s: median } }) => median, duration)} />
      <Chart title={t('stats.resolutionByDay')} bars={daily(({ resolution: { median_s: median } }) => median, duration)} />
      <Chart title={t('stats.satisfactionByDay')} bars={daily(({ satisfaction: { average } }) => average, score)} />
      <Chart title={t('stats.byHour')} bars={hours} />
      <Section title={t('stats.byCategory')}>
        {[...byCategory]
          .sort((a, b) => b.tickets - a.tickets)
          .map(({ category, tickets }) => (
            <Cell
              key={category?.id ?? ''}
              icon={<CategoryIcon category={category} />}
              text={
                <>
                  {categoryName(category, language.value)}
                  <Share part={tickets} whole={total.tickets} />
                </>
              }
              after={<span class="count">{tickets}</span>}
            />
          ))}
      </Section>
      {helpers.length === 0 ? null : (
        <Section title={t('stats.byHelper')}>
          {[...helpers].sort((a, b) => b.assigned - a.assigned).map((each) => (
            <ByHelper key={each.member?.id ?? ''} of={each} whole={total.tickets} />
          ))}
        </Section>
      )}
    </>
  );
}

function Chart({ title, bars }: { title: string; bars: Bar[] }): JSX.Element | null {
  if (bars.every(({ value }) => value === 0)) return null;
  return (
    <Section title={title}>
      <Bars bars={bars} label={title} />
    </Section>
  );
}

function ByHelper({ of: each, whole }: { of: api.HelperFigures; whole: number }): JSX.Element {
  const { member, assigned } = each;
  const [first, resolution] = [each.first_response.median_s, each.resolution.median_s].map((median) => (median === null ? t('stats.none') : duration(median)));
  const rating = each.satisfaction.average === null ? t('stats.none') : score(each.satisfaction.average);
  return (
    <Cell
      icon={<Avatar member={member} />}
      text={
        <>
          <span dir="auto">{member === null ? t('stats.nobody') : fullName(member)}</span>
          <Share part={assigned} whole={whole} />
        </>
      }
      hint={t('stats.byHelper.one', { first: first ?? '', resolution: resolution ?? '', score: rating })}
      after={<span class="count">{assigned}</span>}
      {...(member === null ? {} : { onPress: () => openPerson(member.id) })}
    />
  );
}
