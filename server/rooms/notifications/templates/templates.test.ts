import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageTemplate } from '../../../../contract/index.ts';
import { notificationEvent } from '../../../../contract/index.ts';
import { exampleOf } from './examples.ts';
import { Templates, usualType } from './templates.ts';

const templates = new Templates(() => 'Europe/Berlin');
const whole = (template: Partial<MessageTemplate>): MessageTemplate => ({
  title: null,
  body: null,
  request: null,
  ...template,
});
const facts = exampleOf('run.failed');
const made = async (body: string) => (await templates.reword(whole({ body }), facts, usualType)).body;
/** The faults of a body, as they are refused. */
const refused = async (body: string): Promise<string> => {
  const error = await templates.check(whole({ body }), 'template', usualType).catch((reason: Error) => reason);
  return error instanceof Error ? error.message : 'nothing was refused';
};

test('a template names the facts of a message, chooses and repeats', async () => {
  const body =
    '{% if exitCode %}{{ container | upcase }} ended with {{ exitCode }}{% endif %}\n{% for line in lines %}> {{ line }}\n{% endfor %}';
  assert.equal(await made(body), 'DB ended with 3\n> dumping "orders"\n> could not write: no space left on device');
});

test('a list gets a line for each of it, nothing is an empty text, and times are those of the instance', async () => {
  assert.equal(await made('{{ lines }}'), facts.lines.join('\n'));
  const untouched = await templates.reword(whole({ body: '[{{ container }}]' }), exampleOf('run.missed'), usualType);
  assert.equal(untouched.body, '[]');
  assert.equal(await made('{{ run.scheduledFor | date: "%H:%M" }}'), '03:00');
});

test('a title is one line, and the program’s own where nothing is left of it', async () => {
  const of = (title: string) => templates.reword(whole({ title }), facts, usualType);
  assert.equal((await of(' {{ schedule.name }}\n broke ')).title, 'Nightly backup broke');
  assert.equal((await of('{% if false %}x{% endif %}')).title, facts.title);
});

test('what is null stays as the program words it', async () => {
  const { title, body, request } = await templates.reword(whole({}), facts, usualType);
  assert.deepEqual([title, body, request], [facts.title, facts.body, null]);
});

const faulty: [why: string, body: string, words: RegExp][] = [
  ['a tag that is not closed', 'a\nb {% if run %}', /template\.body: line 2, column 3: .*not closed/],
  ['an output that is not closed', 'a {{ run.id', /line 1, column 3: .*not closed/],
  ['a filter that is not there', '{{ title | shout }}', /line 1, column \d+: undefined filter: shout/],
  ['a name that is not there', 'ok\n{{ contaner }}', /line 2, column 4: there is no contaner; there are .*container/],
  ['a name inside one', '{{ run.exit }}', /there is no run\.exit; there are id, name, outcome/],
  ['a name in a branch that is not taken', '{% if false %}{{ nope }}{% endif %}', /there is no nope/],
  ['a name inside a repeated one', '{% for t in targets %}{{ t.colour }}{% endfor %}', /undefined variable: t\.colour/],
  ['a file', '{% include "/etc/passwd" %}', /tag "include" not found/],
  ['another way to a file', '{% render "/etc/passwd" %}', /tag "render" not found/],
  ['a layout', '{% layout "/etc/passwd" %}', /tag "layout" not found/],
  ['a way around the escaping', '{{ title | raw }}', /undefined filter: raw/],
  ['what gathers text', '{% capture x %}a{% endcapture %}', /tag "capture" not found/],
  ['the insides of values', '{{ title.constructor }}', /there is no title\.constructor/],
];
for (const [why, body, words] of faulty) {
  test(`${why} is refused with line and words`, async () => assert.match(await refused(body), words));
}

const greedy: [why: string, body: string][] = [
  ['repeats for ever', '{% for a in (1..100000) %}{% for b in (1..100000) %}x{% endfor %}{% endfor %}'],
  ['repeats a list in a list', `${'{% for t in lines %}'.repeat(40)}x${'{% endfor %}'.repeat(40)}`],
  ['doubles a text', `{% assign s = "xxxxxxxxxx" %}${'{% assign s = s | append: s %}'.repeat(40)}{{ s }}`],
  [
    'replaces by much',
    '{% assign s = title | replace: "", body %}'.repeat(1) + '{% assign s = s | replace: "", s %}'.repeat(12),
  ],
  ['pads a time', '{{ at | date: "%900000000Y" }}'],
  ['writes much at once', `{% for i in (1..1000) %}${'x'.repeat(5000)}{% endfor %}`],
  ['fills a list', `{% assign l = lines %}${'{% assign l = l | concat: l %}'.repeat(60)}{{ l | size }}`],
];
for (const [why, body] of greedy) {
  test(`a template that ${why} is ended soon, without much memory`, async () => {
    const before = process.memoryUsage().rss;
    const startedAt = performance.now();
    const { faults } = await templates.reword(whole({ body }), facts, usualType);
    assert.match(faults[0]?.message ?? 'no fault', /too much text|takes too long|longer than/);
    assert.ok(performance.now() - startedAt < 3_000, `${performance.now() - startedAt} ms`);
    assert.ok(process.memoryUsage().rss - before < 200e6);
  });
}

test('a template that fails when it is used leaves the program’s words, and says which part failed', async () => {
  const template = whole({ title: '{{ nope }}', body: 'fine: {{ title }}' });
  const { title, body, faults } = await templates.reword(template, facts, usualType);
  assert.deepEqual([title, body], [facts.title, `fine: ${facts.title}`]);
  assert.deepEqual(faults, [{ path: 'title', line: 1, column: 4, message: 'undefined variable: nope' }]);
});

const hostile = '"}, "admin": true, {"a": "\\ \n \u2028 {{ title }} {% if';
test('a value cannot leave the text of a webhook’s JSON, whatever it holds', async () => {
  const request =
    '{"text": "{{ container }}: {{ reason }}", "code": {{ exitCode }}, "lines": {{ lines }}, "run": {{ run }}}';
  const bad = { ...facts, container: hostile, reason: hostile, lines: [hostile, '</script>'], exitCode: null };
  const reworded = await templates.reword(whole({ request }), bad, 'application/json; charset=utf-8');
  const expected = { text: `${hostile}: ${hostile}`, code: null, lines: bad.lines, run: facts.run };
  assert.deepEqual(JSON.parse(reworded.request ?? ''), expected);
});

test('what makes no JSON is refused, and at sending falls back to the usual request', async () => {
  const template = whole({ request: '{"lines": "{{ lines }}"}' });
  await assert.rejects(templates.check(template, 'template', usualType), /template\.request: .*no JSON/);
  const { request, faults } = await templates.reword(template, facts, usualType);
  assert.deepEqual([request, faults[0]?.path], [null, 'request']);
});

test('a request is escaped for the type that it has', async () => {
  const of = async (contentType: string) =>
    (await templates.reword(whole({ request: 'a={{ container }}' }), { ...facts, container: '<b>&"c' }, contentType))
      .request;
  assert.equal(await of('application/x-www-form-urlencoded'), 'a=%3Cb%3E%26%22c');
  assert.equal(await of('text/xml'), 'a=&lt;b&gt;&amp;&quot;c');
  assert.equal(await of('text/plain'), 'a=<b>&"c');
});

test('only channels of the kind webhook have a request', async () => {
  await assert.rejects(
    templates.check(whole({ request: '{}' }), 'template', null),
    /only a channel of the kind webhook/,
  );
});

test('each event has an example, and a preview of it with the facts that it has', async () => {
  for (const event of notificationEvent.options) {
    const template = whole({ title: '{{ event }}', body: '{{ severity }} {{ reason }}' });
    const preview = await templates.preview({ template, event });
    assert.deepEqual([preview.title, preview.faults], [event, []]);
    assert.equal(preview.facts['event'], event);
    assert.ok(preview.body.length > 5, preview.body);
  }
});
