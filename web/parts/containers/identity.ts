import type { Selector } from '../../../contract/actions.ts';
import type { Container } from '../../../contract/containers.ts';

/** A container's identity for people and schedules: its host and its name. An ID changes with each re-creation. */
export type ContainerKey = `${number}/${string}`;

export function keyOf(hostId: number, name: string): ContainerKey {
  return `${hostId}/${name}`;
}

/** Whether a selector of a schedule means this container. A name means exactly that name. */
export function isMeant(selector: Selector, container: Container): boolean {
  if ('hostId' in selector && selector.hostId !== undefined && selector.hostId !== container.hostId) return false;
  if ('container' in selector) return selector.container === container.name;
  if ('stack' in selector) {
    const isService = selector.service === undefined || selector.service === container.service;
    return selector.stack === container.stack && isService;
  }
  if ('tag' in selector) return container.tags.some((tag) => tag.name === selector.tag);
  if ('label' in selector) return hasLabel(container, selector.label, selector.value);
  if ('namePattern' in selector) return patternOf(selector.namePattern).test(container.name);
  return !container.isSelf;
}

function hasLabel(container: Container, label: string, value: string | undefined): boolean {
  const found = container.labels[label];
  return found !== undefined && (value === undefined || value === found);
}

/** `web-*` and `db?` as an expression over the whole name. */
function patternOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
