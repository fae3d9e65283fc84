/**
 * Words too common to say anything, left out of top words; replaceable by the setting `stopWords`. English,
 * with the short forms of chat. At least three letters: shorter tokens are no words anyway (metrics.md, Words).
 */
const LIST = `
about after again all also always and any anyone anything are aren't around ask away back bad because been
before being best better big bit both but came can can't cant come coming could couldn't cuz did didn't didnt
does doesn't doesnt doing don't done dont down dude each else end enough even ever every everyone everything
feel few find first for from full fun gave get gets getting give going gone gonna good got gotta great guy guys
had hard has have haven't having hear her here he's hes him his hope how i'd i'll i'm i've idk imo into is isn't
isnt it'd it'll it's its just keep kind knew know last least let let's lets like lmao lol long look looking
looks lot made make makes making man many maybe mean might mine more most much must myself need needs never new
next nice nope not nothing now off okay old omg once one only other our out over own part people play please
probably put quite rather real really right said same saw say says see seem seems seen she she's should
shouldn't since some someone something soon sorry still such sure take than thank thanks that that's thats the
their them then there there's theres these they they're theyre thing things think this those though thought
through time today tonight too took true try trying two use used very wait want wants was wasn't wasnt watch way
we'll we're we've well went were what what's whats when where which while who who's why will wish with won't
wont work would wouldn't wow wtf yea yeah yep yes yet you you'd you'll you're you've your youre yours
`
export const DEFAULT_STOP_WORDS: ReadonlySet<string> = new Set(LIST.trim().split(/\s+/))
