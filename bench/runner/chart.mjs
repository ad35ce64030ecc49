// The results as one SVG: a panel a question, a bar a contestant, linear from zero.
import { formatNumber } from './table.mjs';

const width = 760;
const labelWidth = 150;
const valueWidth = 100;
const barHeight = 16;
const barGap = 6;
const headHeight = 44;
const panelGap = 18;
const colours = { sidewire: '#0b7285', 'sidewire-msgpack': '#3bc9db', 'raw-echo': '#adb5bd', 'sidewire-client': '#0b7285', 'sidewire-client-msgpack': '#3bc9db' };
const otherColour = '#748ffc';

const escaped = (text) => text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]);

const text = (x, y, content, attributes = '') => `<text x="${x}" y="${y}"${attributes}>${escaped(content)}</text>`;

function panel(question, result, top) {
  const entries = Object.entries(result).map(([name, { medians }]) => [name, medians[question.chart.figure]]);
  const longest = Math.max(...entries.map(([, value]) => value));
  const room = width - labelWidth - valueWidth;
  const parts = [
    text(0, top + 15, question.title, ' class="title"'),
    text(0, top + 33, question.chart.label, ' class="label"'),
  ];
  entries.forEach(([name, value], i) => {
    const y = top + headHeight + i * (barHeight + barGap);
    const length = Math.max(1, (room * Math.max(0, value)) / longest).toFixed(1);
    const digits = value < 100 ? 1 : 0;
    parts.push(
      text(labelWidth - 8, y + 12, name, ' text-anchor="end"'),
      `<rect x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" fill="${colours[name] ?? otherColour}"/>`,
      text(labelWidth + Number(length) + 6, y + 12, formatNumber(value, digits)),
    );
  });
  return { svg: parts.join('\n'), height: headHeight + entries.length * (barHeight + barGap) + panelGap };
}

/** `answered` are pairs of a question and its result; questions without a chart are left out. */
export function chart(answered) {
  const panels = [];
  let top = 10;
  for (const [question, result] of answered) {
    if (question.chart === undefined) continue;
    const { svg, height } = panel(question, result, top);
    panels.push(svg);
    top += height;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 0 ${width + 20} ${top}" width="${width + 20}" height="${top}">
<style>text{font:13px system-ui,sans-serif;fill:#343a40}.title{font-weight:600;font-size:14px}.label{fill:#868e96}</style>
<rect x="-10" width="${width + 20}" height="${top}" fill="#fff"/>
${panels.join('\n')}
</svg>
`;
}
