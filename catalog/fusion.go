package catalog

// Rank says what of a playbook is compared with the question.
type Rank string

// All ranks.
const (
	RankSimilarity Rank = "similarity" // the meaning: cosine similarity of the vectors
	RankFusion     Rank = "fusion"     // the meaning and the words that question and playbook have in common
)

// How words count in RankFusion. A word of the question that n of N searchable playbooks have is worth
//
//	rarity = ln(1 + (N − n + 0.5) / (n + 0.5))
//
// and a playbook that has it f times in a text of l words gets of that
//
//	f · (TermSaturation + 1) / (f + TermSaturation · (1 − LengthInfluence + LengthInfluence · l / UsualLength))
//
// which is Okapi BM25 (S. Robertson and H. Zaragoza, The probabilistic relevance framework: BM25 and beyond, 2009) with its
// usual constants, and a fixed length in place of the mean, so that publishing one playbook does not move the others. Both
// factors are rounded to thousandths, so that the sum over all words of the question is a whole number of millionths,
// whatever the order. x of them make a text score of x / (x + HalfTextScore), and that counts with the similarity as
//
//	relevance = (SimilarityParts · similarity + TextParts · text score) / (SimilarityParts + TextParts)
//
// which is where a similarity alone would be: labels add to it and take from it, and min_similarity bounds it.
const (
	TermSaturation  = 1.2
	LengthInfluence = 0.75
	UsualLength     = 32 // words of a title, a description and a signal type

	HalfTextScore   = 10_000_000 // millionths
	SimilarityParts = 2
	TextParts       = 1
)

// TextMatch is how well the words of a playbook fit a question, in RankFusion.
type TextMatch struct {
	Score     float64  // 0 to less than 1
	Relevance float64  // of similarity and Score together
	Words     []string // of the question, in the form in which they are compared, rarest first; only with Explain
}
