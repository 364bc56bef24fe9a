// Every character at which Python's str.splitlines breaks a line.
// oxlint-disable-next-line no-control-regex -- these are the characters that are meant
const LINE_BREAK = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;
const COMMENT_LINE = /^\s*(?:\/\/|#)/;

/**
 * JSON in which a whole line may be a comment, starting with `//` or `#` (ovos_utils.json_helper.uncomment_json).
 * Throws SyntaxError.
 */
export function parseCommentedJson(text: string): unknown {
  const json = text
    .split(LINE_BREAK)
    .filter((line) => !COMMENT_LINE.test(line))
    .join(' ');
  return json.trim() === '' ? {} : JSON.parse(json);
}
