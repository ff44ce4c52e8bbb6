// Package evaluation judges the search of a running service by golden questions: texts whose right answers people have
// named. It reads the questions, asks them through the API, and computes the usual measures of ranked retrieval.
//
// It knows answers only as ranked playbook ids; how the service comes to a ranking is not its business.
package evaluation
