import { list, t } from '../../text/t.ts';

/** Of what a rule tells, or a silence does not; an empty list chooses nothing out. */
export interface Places {
  hosts: number[];
  stacks: string[];
  tags: string[];
  schedules: number[];
}

/** A copy to be edited. */
export function placesOf({ hosts, stacks, tags, schedules }: Places): Places {
  return { hosts: [...hosts], stacks: [...stacks], tags: [...tags], schedules: [...schedules] };
}

/** What IDs are called. */
export interface Names {
  host(id: number): string;
  schedule(id: number): string;
}

/** `on nas, in the stack shop`; empty where everything is meant. */
export function placeWords({ hosts, stacks, tags, schedules }: Places, names: Names): string {
  return [
    hosts.length > 0 ? t('places.on', { what: orList(hosts.map((id) => names.host(id))) }) : '',
    stacks.length > 0 ? t('places.inStack', { what: orList(stacks) }) : '',
    tags.length > 0 ? t('places.tagged', { what: orList(tags) }) : '',
    schedules.length > 0 ? t('places.ofSchedule', { what: list(schedules.map((id) => names.schedule(id))) }) : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function orList(items: string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(items);
}
