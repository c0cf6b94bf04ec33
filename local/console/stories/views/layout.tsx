/** The frame of the pages of `npm start`. */
import { STORIES } from '../../../stories/all.ts';
import { type Frame, Framed, type Surroundings } from '../../frame.tsx';

const SURROUNDINGS: Surroundings = {
  about: 'on this machine: nothing leaves it',
  navigation: 'Stories',
  places: STORIES.map(({ id, title }) => ({ href: `/stories/${id}`, name: title })),
  action: { href: '/try', name: 'Try an event' },
  foot: (
    <span>
      Keys: <kbd>j</kbd> <kbd>k</kbd> next and previous step, <kbd>1</kbd> to <kbd>6</kbd> forms of the message
    </span>
  ),
  command: 'npm start',
};

export const Layout = (frame: Frame) => <Framed {...SURROUNDINGS} {...frame} />;

/** A page that says what is missing, and where to go. */
export const Missing = ({ what }: { readonly what: string }) => (
  <Layout title="Not here" here="" topic="">
    <div class="lone">
      <h1>Not here</h1>
      <p>{what}</p>
      <p>
        <a href="/">To the first story</a>
      </p>
    </div>
  </Layout>
);
