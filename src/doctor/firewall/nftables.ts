import { isIPv4 } from 'node:net';
import * as v from 'valibot';
import { type Finding, finding } from '../finding.ts';
import { type HomePort, isWithin } from './home-port.ts';

// libnftables-json(5): objects of one member each.
const chainSchema = v.object({
  family: v.string(),
  table: v.string(),
  name: v.string(),
  type: v.optional(v.string()),
  hook: v.optional(v.string()),
  policy: v.optional(v.string()),
});
const ruleSchema = v.object({
  family: v.string(),
  table: v.string(),
  chain: v.string(),
  expr: v.optional(v.array(v.record(v.string(), v.unknown())), []),
});
const rulesetSchema = v.object({ nftables: v.array(v.record(v.string(), v.unknown())) });

type Chain = v.InferOutput<typeof chainSchema>;
type Rule = v.InferOutput<typeof ruleSchema>;

/** What can become of the packet; `none`: the chain has no say. */
type Outcome = 'accept' | 'drop' | 'none';

// Phones are sent to an IPv4 address wherever there is one.
const FAMILIES: readonly string[] = ['ip', 'inet'];

/**
 * Judges what `nft -j list ruleset` prints for the first packet of a connection from the home network: it is let in only
 * if each chain at the input hook lets it in.
 */
export function judgeNftables(json: string, home: HomePort): Finding {
  const { port, network } = home;
  const { chains, rules } = parse(json);
  const bases = chains.filter(
    ({ type, hook, family }) => type === 'filter' && hook === 'input' && FAMILIES.includes(family),
  );
  if (bases.length === 0) return finding('firewall_none', { port });
  const judged = bases.map((base) => ({ base, outcomes: outcomesOfBase(base, rules, home) }));
  const closed = judged.find(({ outcomes }) => !outcomes.has('accept'));
  if (closed !== undefined) {
    const { family, table, name: chain } = closed.base;
    return finding('firewall_closed_nftables', { port, network, family, table, chain });
  }
  return judged.some(({ outcomes }) => outcomes.has('drop'))
    ? finding('firewall_unclear', { port })
    : finding('firewall_open', { tool: 'nftables', port });
}

function parse(json: string): { chains: readonly Chain[]; rules: readonly Rule[] } {
  const { nftables } = v.parse(rulesetSchema, JSON.parse(json));
  return {
    chains: nftables.flatMap(({ chain }) => (chain === undefined ? [] : v.parse(chainSchema, chain))),
    rules: nftables.flatMap(({ rule }) => (rule === undefined ? [] : v.parse(ruleSchema, rule))),
  };
}

function outcomesOfBase(base: Chain, rules: readonly Rule[], home: HomePort): ReadonlySet<Outcome> {
  const outcomes = new Set(outcomesOf(base, rules, home, 0));
  if (outcomes.delete('none')) outcomes.add(base.policy === 'drop' ? 'drop' : 'accept');
  return outcomes;
}

const DEEPEST = 16;

/** Everything that can come of a chain: a rule of which nobody knows whether it applies adds to it and ends nothing. */
function outcomesOf(
  { family, table, name }: Pick<Chain, 'family' | 'table' | 'name'>,
  rules: readonly Rule[],
  home: HomePort,
  depth: number,
): ReadonlySet<Outcome> {
  const outcomes = new Set<Outcome>();
  if (depth > DEEPEST) return new Set(['accept', 'drop']);
  const own = rules.filter((rule) => rule.family === family && rule.table === table && rule.chain === name);
  for (const { expr } of own) {
    const applies = matches(expr, home);
    if (applies === 'no') continue;
    const { ends, goesOn } = outcomesOfRule(expr, (target) =>
      outcomesOf({ family, table, name: target }, rules, home, depth + 1),
    );
    for (const outcome of ends) outcomes.add(outcome);
    if (applies === 'yes' && !goesOn) return outcomes;
  }
  return outcomes.add('none');
}

/** What a rule that applies ends in, and whether the rules after it can still have a say. */
function outcomesOfRule(
  expressions: Rule['expr'],
  follow: (chain: string) => ReadonlySet<Outcome>,
): { readonly ends: readonly Outcome[]; readonly goesOn: boolean } {
  for (const expression of expressions) {
    if ('accept' in expression) return { ends: ['accept'], goesOn: false };
    if ('drop' in expression || 'reject' in expression) return { ends: ['drop'], goesOn: false };
    if ('return' in expression) return { ends: ['none'], goesOn: false };
    const jump = expression['jump'] ?? expression['goto'];
    if (typeof jump !== 'object' || jump === null || !('target' in jump)) continue;
    const outcomes = follow(String(jump.target));
    const isGoto = 'goto' in expression;
    return {
      ends: [...outcomes].filter((outcome) => outcome !== 'none' || isGoto),
      goesOn: outcomes.has('none') && !isGoto,
    };
  }
  return { ends: [], goesOn: true };
}

/** Whether a rule is about the packet: a new TCP connection from a phone to the port. */
function matches(expressions: Rule['expr'], home: HomePort): 'yes' | 'no' | 'maybe' {
  let sure = true;
  for (const expression of expressions) {
    if ('xt' in expression) {
      // iptables' own matches are not told in full; `conntrack` speaks of connections that are not new.
      if (isNamed(expression['xt'], 'conntrack')) return 'no';
      sure = false;
    }
    if (!('match' in expression)) continue;
    const match = v.safeParse(matchSchema, expression['match']);
    const answer = match.success ? holds(match.output, home) : 'maybe';
    if (answer === 'no') return 'no';
    if (answer === 'maybe') sure = false;
  }
  return sure ? 'yes' : 'maybe';
}

const matchSchema = v.object({ op: v.string(), left: v.unknown(), right: v.unknown() });

function holds(
  { op, left, right }: v.InferOutput<typeof matchSchema>,
  { port, network }: HomePort,
): 'yes' | 'no' | 'maybe' {
  const isNegated = op === '!=';
  const answer = (is: boolean): 'yes' | 'no' => (is === isNegated ? 'no' : 'yes');
  switch (fieldOf(left)) {
    case 'tcp dport':
    case 'th dport':
      return answer(includesPort(right, port));
    case 'udp dport':
    case 'udp sport':
    case 'icmp type':
    case 'icmpv6 type':
      return 'no';
    case 'meta l4proto':
    case 'ip protocol':
    case 'ip6 nexthdr':
      return answer(includes(right, 'tcp'));
    case 'meta iif':
    case 'meta iifname':
      return includes(right, 'lo') ? answer(false) : 'maybe';
    case 'ip saddr':
      return isNegated ? negated(sourceHolds(right, network)) : sourceHolds(right, network);
    case 'ct state':
      return answer(includes(right, 'new'));
    default:
      return 'maybe';
  }
}

const keySchema = v.union([
  v.pipe(
    v.object({ payload: v.object({ protocol: v.string(), field: v.string() }) }),
    v.transform(({ payload }) => `${payload.protocol} ${payload.field}`),
  ),
  v.pipe(
    v.object({ meta: v.object({ key: v.string() }) }),
    v.transform(({ meta }) => `meta ${meta.key}`),
  ),
  v.pipe(
    v.object({ ct: v.object({ key: v.string() }) }),
    v.transform(({ ct }) => `ct ${ct.key}`),
  ),
]);

function fieldOf(left: unknown): string {
  const field = v.safeParse(keySchema, left);
  return field.success ? field.output : '';
}

function sourceHolds(right: unknown, network: string): 'yes' | 'no' | 'maybe' {
  const answers = valuesOf(right).map((value) => {
    const prefix = prefixOf(value);
    return prefix === undefined ? 'maybe' : isWithin(network, prefix);
  });
  if (answers.includes('yes')) return 'yes';
  return answers.every((answer) => answer === 'no') ? 'no' : 'maybe';
}

function negated(answer: 'yes' | 'no' | 'maybe'): 'yes' | 'no' | 'maybe' {
  if (answer === 'maybe') return answer;
  return answer === 'yes' ? 'no' : 'yes';
}

const prefixSchema = v.object({ prefix: v.object({ addr: v.pipe(v.string(), v.ipv4()), len: v.number() }) });

/** An address or `{"prefix": {"addr", "len"}}`; undefined for a range, or the name of a set. */
function prefixOf(value: unknown): string | undefined {
  if (typeof value === 'string') return isIPv4(value) ? value : undefined;
  const parsed = v.safeParse(prefixSchema, value);
  return parsed.success ? `${parsed.output.prefix.addr}/${parsed.output.prefix.len}` : undefined;
}

/** The single values of a right side: one, a list, or a set. */
function valuesOf(right: unknown): readonly unknown[] {
  if (Array.isArray(right)) return right;
  if (typeof right === 'object' && right !== null && 'set' in right) return valuesOf(right.set);
  return [right];
}

function includes(right: unknown, value: string): boolean {
  return valuesOf(right).includes(value);
}

function includesPort(right: unknown, port: number): boolean {
  return valuesOf(right).some((value) => {
    if (typeof value !== 'object' || value === null || !('range' in value)) return value === port;
    const [low, high] = valuesOf(value.range).map(Number);
    return low !== undefined && high !== undefined && low <= port && port <= high;
  });
}

function isNamed(xt: unknown, name: string): boolean {
  return typeof xt === 'object' && xt !== null && 'name' in xt && xt.name === name;
}
