package server

import (
	"cmp"
	"errors"
	"net/url"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"
	"github.com/oapi-codegen/runtime"
)

// maxValuesToCompare bounds the bodies of which every error is collected: an error takes far more memory than the value
// that it is about. Of a larger body the first one is enough.
const maxValuesToCompare = 5000

// validateRequest checks a request against the contract. What it lets through fits the types that handlers get.
func (s *Server) validateRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		made := callFrom(req.Context())
		if made.operation == nil || !made.operation.takesInput {
			return next(c)
		}
		parameters, err := pathParameters(c)
		if err != nil {
			return err
		}
		err = openapi3filter.ValidateRequest(req.Context(), &openapi3filter.RequestValidationInput{
			Request:     req,
			PathParams:  parameters,
			QueryParams: made.query,
			Route:       made.operation.route,
			Options:     validatorOptions[made.values <= maxValuesToCompare],
		})
		if err != nil {
			return contractRefusal(err)
		}
		made.subject.PlaybookID, made.subject.Version = cmp.Or(parameters["playbook_id"], parameters["workflow_id"]), parameters["version"]
		return bound(next(c))
	}
}

// validatorOptions are the options of the validator, by whether every error is collected. Defaults are not written into
// requests: the domain has them.
var validatorOptions = map[bool]*openapi3filter.Options{true: newValidatorOptions(true), false: newValidatorOptions(false)}

func newValidatorOptions(all bool) *openapi3filter.Options {
	return &openapi3filter.Options{
		MultiError:          all,
		KeepValidatedValue:  true,
		SkipSettingDefaults: true,
		SchemaValidationOptions: []openapi3.SchemaValidationOption{
			// The library's own check lets through times that do not exist.
			openapi3.WithStringFormatValidator("date-time", openapi3.NewCallbackValidator(isDateTime)),
			openapi3.WithStringFormatValidator("date", openapi3.NewCallbackValidator(isDate)),
		},
	}
}

func isDateTime(value string) error {
	_, err := time.Parse(time.RFC3339, value)
	return err
}

func isDate(value string) error {
	_, err := time.Parse(time.DateOnly, value)
	return err
}

func pathParameters(c echo.Context) (map[string]string, error) {
	names, values := c.ParamNames(), c.ParamValues()
	parameters := make(map[string]string, len(names))
	for i, name := range names {
		parameters[name] = values[i]
		if c.Request().URL.RawPath == "" {
			continue // Echo routed by the path as it is unescaped
		}
		value, err := url.PathUnescape(values[i])
		if err != nil {
			return nil, refuse(errInvalidRequest, "the path has a percent sign that escapes nothing")
		}
		parameters[name] = value
	}
	return parameters, nil
}

// bodyBinder gives a handler the value that was validated, instead of decoding the body again.
type bodyBinder struct{}

// Bind implements echo.Binder.
func (bodyBinder) Bind(target any, c echo.Context) error {
	body, ok := c.Request().Body.(interface{ ValidatedValue() any })
	if !ok {
		return errors.New("the body was not validated")
	}
	if runtime.BindJSONValue(body.ValidatedValue(), target) != nil {
		return refuse(errInvalidRequest, "the body has an integer with a fraction or an exponent; write integers as digits only")
	}
	return nil
}

// bound translates the refusals of generated code, which binds parameters after they were validated. Its texts name Go
// types and repeat what was sent.
func bound(err error) error {
	var refused *echo.HTTPError
	if errors.As(err, &refused) {
		return refuse(errInvalidRequest, "a parameter has the form that the contract asks for, but no value that can be used")
	}
	return err
}
