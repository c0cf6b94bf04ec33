/**
 * Simulated jobs under a program that lists and describes all running jobs every five minutes. It knows the bill as well
 * as anybody can: spot discounts only at the end. It stops a job at its cap, and all jobs of a month whose budget is
 * spent.
 */
import { endOf, type Life, monthAround, startOf, usdBetween } from './bill.ts';
import type { OnStop, Played } from './guard.ts';
import type { Population, Project } from './jobs.ts';
import { type Course, courseOf, stopJob } from './sagemaker.ts';

const POLL = 5 * 60;

export function poll({ jobs, projects, zone }: Population, onStop: OnStop): Played {
  const courses = jobs.map(courseOf).toSorted((one, other) => startOf(one.life) - startOf(other.life));
  const byProject = new Map(projects.map((project) => [project, courses.filter(({ job }) => job.project === project)]));
  const first = Math.ceil(Math.min(...courses.map(({ life }) => startOf(life))) / POLL) * POLL;
  let running: Course[] = [];
  let [at, calls] = [0, 0];
  for (let now = first; at < courses.length || running.length > 0; now += POLL) {
    for (let next = courses[at]; next !== undefined && startOf(next.life) <= now; next = courses[++at])
      running.push(next);
    for (const course of running) if (endOf(course.life) <= now) course.endKnownAt = now;
    running = running.filter(({ life }) => endOf(life) > now);
    calls += running.length;
    for (const course of running) {
      const { job } = course;
      course.checkedAt ??= now;
      if (job.isProtected || course.stoppedAt !== undefined) continue;
      if (job.capUsd !== undefined && usdBetween(known(course, now), 0, now) >= job.capUsd) stop(course, now, 'cap');
    }
    for (const project of new Set(running.map(({ job }) => job.project))) {
      if (project === undefined || !isSpent(project, now)) continue;
      for (const course of running)
        if (course.job.project === project && !course.job.isProtected) stop(course, now, 'month');
    }
  }
  return { courses, calls };

  function stop(course: Course, now: number, why: 'cap' | 'month'): void {
    if (course.stoppedAt === undefined) onStop(course, now, why, courses);
    stopJob(course, now, why);
  }

  function isSpent(project: Project, now: number): boolean {
    const { from } = monthAround(zone, now);
    let usd = 0;
    for (const course of byProject.get(project) ?? [])
      if (startOf(course.life) < now) usd += usdBetween(known(course, now), from, now);
    return usd >= project.budgetUsd;
  }
}

/** A job as far as its cost is known at `now`. */
const known = ({ life }: Course, now: number): Life => (now < endOf(life) ? { ...life, discount: 0 } : life);
