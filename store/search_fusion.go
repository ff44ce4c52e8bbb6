package store

import (
	"fmt"

	"github.com/kubernaut/datastorage/catalog"
)

// textScore names the column that only candidates with words have, to be listed after others.
func textScore(q catalog.SearchQuery) string {
	if q.Text == "" {
		return ""
	}
	return ", text_score"
}

// fused adds to scored rows their text score and relevance, as catalog.RankFusion has it.
//
// OFFSET 0 keeps the planner from computing scores twice per row.
func (b *searchBuilder) fused(q catalog.SearchQuery, scored string) string {
	return fmt.Sprintf(`SELECT playbook_id, version, provisional, similarity, points, text_score,
				(%d * similarity + %d * text_score) / %d AS relevance
			FROM (
				SELECT candidate.playbook_id, version, provisional, similarity, points,
					coalesce(common.worth / (common.worth + %d::float8), 0) AS text_score
				FROM (%s OFFSET 0) AS candidate
				LEFT JOIN (%s) AS common ON common.playbook_id = candidate.playbook_id
				OFFSET 0
			) AS matched`,
		catalog.SimilarityParts, catalog.TextParts, catalog.SimilarityParts+catalog.TextParts,
		catalog.HalfTextScore, scored, b.worthOfWords(q.Text))
}

// worthOfWords selects the playbooks that have words in common with a text, and what these words are worth, in millionths.
// Its literals are float8: numeric ones would be slow, and round otherwise. Each product fits an integer, whose sum is a
// bigint, while that of bigints would be numeric.
func (b *searchBuilder) worthOfWords(text string) string {
	const (
		greatest = catalog.TermSaturation + 1
		fixed    = catalog.TermSaturation * (1 - catalog.LengthInfluence)
		perWord  = catalog.TermSaturation * catalog.LengthInfluence / catalog.UsualLength
	)
	return fmt.Sprintf(`SELECT t.playbook_id, sum(asked.rarity * round(
					1000::float8 * t.occurrences * %g::float8 / (t.occurrences + (%g::float8 + %g::float8 * t.words))
				)::integer) AS worth
				FROM (%s) AS asked
				JOIN playbook_search_terms AS t USING (term)
				GROUP BY t.playbook_id`,
		greatest, fixed, perWord, b.askedWords(text))
}

// askedWords selects the words of a text that searchable playbooks have, and how rare they are, in thousandths.
func (b *searchBuilder) askedWords(text string) string {
	return fmt.Sprintf(`SELECT word.term, round(1000 * ln(1 + (n - holders + 0.5) / (holders + 0.5)))::integer AS rarity
					FROM unnest(tsvector_to_array(playbook_words(%s))) AS word (term)
					CROSS JOIN (SELECT count(*)::float8 AS n FROM playbook_search) AS everything
					CROSS JOIN LATERAL (
						SELECT count(*)::float8 AS holders FROM playbook_search_terms AS t WHERE t.term = word.term
					) AS found
					WHERE holders > 0
					OFFSET 0`, b.arg(text))
}

// commonWords adds to the hits the words that each has in common with the text, when that is wanted.
func (b *searchBuilder) commonWords(q catalog.SearchQuery) string {
	if q.Text == "" || !q.CommonWords {
		return ""
	}
	return fmt.Sprintf(`, ARRAY(
				SELECT asked.term FROM (%s) AS asked
				JOIN playbook_search_terms AS t ON t.term = asked.term AND t.playbook_id = hits.playbook_id
				ORDER BY asked.rarity DESC, asked.term
			) AS common_words`, b.askedWords(q.Text))
}
