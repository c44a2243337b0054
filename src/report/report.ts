/** The report of one run as a page that needs nothing else. Owns the order of its sections; knows no file. */
import { figureSvg, stepsSvg } from './figure.js';
import { figuresOf, marksOf, spansOf } from './figures.js';
import { alarms, chargeBalance, energy, hydrogen, instruments, record } from './findings.js';
import { page, paragraph, picture, safe, section } from './html.js';
import type { ReportedRun } from './reported.js';
import { answers, appendix, head, interruptions, procedure, summary, weighing } from './sections.js';

export function reportHtml(reported: ReportedRun): string {
  const { run } = reported.from;
  return page(`${run.title} (${run.run})`, `${run.run}${run.simulated ? ' - SIMULATED' : ''}`, [
    head(reported),
    summary(reported),
    procedure(reported),
    weighing(reported),
    answers(reported),
    course(reported),
    chargeBalance(reported),
    hydrogen(reported),
    energy(reported),
    alarms(reported),
    interruptions(reported),
    instruments(reported),
    record(reported),
    appendix(reported),
    `<footer>Written by galvanode ${safe(run.program_version)} from the record of run ${safe(run.run)}.</footer>`,
  ]);
}

function course(reported: ReportedRun): string {
  const figures = figuresOf(reported);
  if (figures.length === 0) return section('Course', paragraph('No sample was kept.'));
  const [marks, spans] = [marksOf(reported), spansOf(reported)];
  const strip = picture(
    stepsSvg(spans, reported.course.end_s, marks),
    marks.length === 0 ? 'Steps of the run.' : 'Steps of the run; triangles and dotted lines: alarms.',
  );
  return section('Course', strip, ...figures.map((figure) => picture(figureSvg(figure))));
}
