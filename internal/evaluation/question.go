package evaluation

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/kubernaut/datastorage/gen/apiclient"
)

// Bounds of a file of questions.
const (
	MaxLineBytes = 1 << 20
	MaxQuestions = 10_000
	MaxGrade     = 10
)

// ErrInvalid says that a file of questions cannot be read as one.
var ErrInvalid = errors.New("invalid golden questions")

// Question is one golden question. Without grades it is unanswerable: the right answer is empty.
type Question struct {
	Line   int // in its file, from 1
	Query  string
	Kind   string // of question, as the file has it; may be empty
	Labels apiclient.SearchLabels
	Grades Grades
}

// line is a question as JSON. Labels stand beside these fields, under their names in the API; other fields are notes.
type line struct {
	Query    *string        `json:"query"`
	Relevant *[]string      `json:"relevant"`
	Grades   map[string]int `json:"grades"`
	Kind     string         `json:"kind"`
}

// Read reads JSON Lines, one question per line; empty lines are passed over. A question has `query` and `relevant`, the
// ids of all playbooks that answer it. `grades` may say how well each of them does, 1 to MaxGrade; 1 is the default.
//
// Error: ErrInvalid, naming the line.
func Read(r io.Reader) ([]Question, error) {
	var questions []Question
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, MaxLineBytes)
	number := 0
	for lines.Scan() {
		number++
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		if len(questions) == MaxQuestions {
			return nil, fmt.Errorf("%w: more than %d of them", ErrInvalid, MaxQuestions)
		}
		question, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrInvalid, number, err)
		}
		question.Line = number
		questions = append(questions, question)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%w: after line %d: %w", ErrInvalid, number, err)
	}
	if len(questions) == 0 {
		return nil, fmt.Errorf("%w: there are none", ErrInvalid)
	}
	return questions, nil
}

func parse(text []byte) (Question, error) {
	var l line
	labels, err := labelsOf(text, LabelNames())
	if err := errors.Join(json.Unmarshal(text, &l), err); err != nil {
		return Question{}, err
	}
	if l.Query == nil || strings.TrimSpace(*l.Query) == "" {
		return Question{}, errors.New("query is missing")
	}
	if l.Relevant == nil {
		return Question{}, errors.New("relevant is missing; an empty list says that nothing answers the question")
	}
	grades, err := l.graded()
	return Question{Query: *l.Query, Kind: l.Kind, Labels: labels, Grades: grades}, err
}

func (l *line) graded() (Grades, error) {
	grades := make(Grades, len(*l.Relevant))
	for _, id := range *l.Relevant {
		if _, twice := grades[id]; twice || id == "" {
			return nil, fmt.Errorf("relevant has %q twice, or empty", id)
		}
		grades[id] = 1
	}
	for id, grade := range l.Grades {
		if _, relevant := grades[id]; !relevant {
			return nil, fmt.Errorf("grades has %q, which relevant does not have", id)
		}
		if grade < 1 || grade > MaxGrade {
			return nil, fmt.Errorf("the grade of %q must be between 1 and %d", id, MaxGrade)
		}
		grades[id] = grade
	}
	return grades, nil
}
