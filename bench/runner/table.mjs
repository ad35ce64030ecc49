// Results as Markdown tables, which read well in a terminal too.
import { ratio } from './statistics.mjs';

export function formatNumber(value, digits) {
  if (value === undefined || Number.isNaN(value)) return '–';
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Columns padded to their widest cell, the first left and the others right. */
function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n');
}

/** One question's table; `result` is what run.mjs gathered for it. */
export function questionTable(question, result) {
  const header = ['', ...question.columns.map((column) => column.title)];
  const rows = Object.entries(result).map(([name, { rounds, medians }]) => [
    name,
    ...question.columns.map(({ figure, against, digits }) =>
      formatNumber(
        against === undefined ? medians[figure] : ratio(rounds, result[against]?.rounds, figure),
        digits,
      ),
    ),
  ]);
  return `### ${question.title}\n\n${question.asks} Left out: ${question.leavesOut}\n\n${aligned([header, ...rows])}\n`;
}

export function barTable(verdicts) {
  const rows = verdicts.map(({ text, value, limit, passed }) => [
    text,
    formatNumber(value, value < 100 ? 2 : 0),
    formatNumber(limit, limit < 100 ? 2 : 0),
    passed ? 'pass' : 'FAIL',
  ]);
  return `### Bars\n\n${aligned([['', 'measured', 'bar', ''], ...rows])}\n`;
}
